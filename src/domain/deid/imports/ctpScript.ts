// The little language of CTP's element scripts: texts and calls such as @hash(this,16) or @if(this,isblank){...}{...}.

/** A piece of a script. `clauses` are the scripts in braces behind @if, @select and @append. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly string[];
      readonly clauses: readonly string[];
    };

const CLAUSES: Readonly<Record<string, number>> = { if: 2, select: 2, append: 1 };

/** The pieces of a script; null when a call in it cannot be read. */
export function scriptPieces(script: string): Piece[] | null {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  while (at < script.length) {
    const sign = script[at]!;
    if (sign === '\\') {
      text += script[at + 1] ?? '';
      at += 2;
    } else if (sign !== '@') {
      text += sign;
      at++;
    } else {
      const call = readCall(script, at + 1);
      if (!call) return null;
      if (text.trim() !== '') pieces.push({ kind: 'text', text: text.trim() });
      text = '';
      pieces.push(call.piece);
      at = call.end;
    }
  }
  if (text.trim() !== '') pieces.push({ kind: 'text', text: text.trim() });
  return pieces;
}

function readCall(script: string, at: number): { piece: Piece; end: number } | null {
  const name = /^\s*([A-Za-z]+)\s*\(/.exec(script.slice(at));
  if (!name) return null;
  const args = enclosed(script, at + name[0].length, '(', ')');
  if (!args) return null;
  const clauses: string[] = [];
  let end = args.end;
  const called = name[1]!.toLowerCase();
  for (let i = 0; i < (CLAUSES[called] ?? 0); i++) {
    const open = /^\s*\{/.exec(script.slice(end));
    const clause = open && enclosed(script, end + open[0].length, '{', '}');
    if (!clause) return null;
    clauses.push(clause.parts.join(','));
    end = clause.end;
  }
  const values = args.parts.length === 1 && args.parts[0]!.trim() === '' ? [] : args.parts.map(unquoted);
  return { piece: { kind: 'call', name: called, args: values, clauses }, end };
}

/** What stands up to the closing sign, taken apart at its commas; quotes, backslashes and square brackets are looked through. */
function enclosed(script: string, from: number, open: string, close: string): { parts: string[]; end: number } | null {
  const parts: string[] = [];
  let [depth, brackets, quoted, begin] = [1, 0, false, from];
  for (let at = from; at < script.length; at++) {
    const sign = script[at]!;
    if (sign === '\\') at++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '[') brackets++;
    else if (sign === ']') brackets--;
    else if (sign === open) depth++;
    else if (sign === close && brackets === 0 && --depth === 0) {
      parts.push(script.slice(begin, at));
      return { parts, end: at + 1 };
    } else if (sign === ',' && depth === 1 && brackets === 0) {
      parts.push(script.slice(begin, at));
      begin = at + 1;
    }
  }
  return null;
}

function unquoted(arg: string): string {
  const text = arg.trim();
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
