// Where identifiers hide: every place that a file has, each as a function that plants one.
import { ROWS } from '@/domain/dicom/data/dictionary';
import type { Element, Path } from '@/domain/dicom/dataset';
import { vrOf } from '@/domain/dicom/dictionary';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { el } from '../domain/deid/build';
import { CLINICAL, type Dice } from './dice';
import { piecesOf, type Secret } from './secret';
import { anyPersonName, anySecret, type Subject, sentence } from './subject';

/** A secret at its place; `path` is where its value stands, [] for outside of any attribute. */
export interface Planting {
  readonly secret: Secret;
  readonly place: string;
  readonly path: Path;
  readonly elements: readonly Element[];
  /** Clinical words around it, which should stay where descriptions are cleaned. */
  readonly left?: readonly string[];
}

export interface Ground {
  readonly dice: Dice;
  readonly subject: Subject;
}

const TAGS = (ROWS as string)
  .split('\n')
  .map((row) => row.split(' '))
  .map(([tag = '', , vr = '']) => ({ tag: Number.parseInt(tag.replaceAll('x', '0'), 16), vr: vr.slice(0, 2) }))
  .filter(({ tag }) => tag >= 0x00080000 && tag < 0x7f000000 && (tag & 0xffff) !== 0)
  .filter(
    ({ tag }) => ![0x00080005, 0x00080016, 0x00080018, 0x00420011, 0x00041220, 0x0020000d, 0x0020000e].includes(tag),
  );
const byVr = (...vrs: string[]) => TAGS.filter(({ vr }) => vrs.includes(vr));
const TEXTS = byVr('LO', 'SH', 'LT', 'ST', 'UT', 'UC');
const NAMES = byVr('PN');
const SEQUENCES = byVr('SQ').filter(({ tag }) => tag >>> 24 !== 0x60 && tag >>> 24 !== 0x50);
/** Attributes in which a person would write: not those whose codes and versions belong to a published scheme. */
const LONGEST: Readonly<Record<string, number>> = { SH: 16, AE: 16, CS: 16, LO: 64, DS: 16, IS: 12, PN: 64 };

const ascii = (text: string) => text.normalize('NFD').replace(/[^\x20-\x7e]/g, '');
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

/** A text element in the subject's character sets. Throws when they cannot hold it. */
function textElement({ subject }: Ground, tag: number, vr: string, text: string): Element {
  const cut = LONGEST[vr] ? [...text].slice(0, vr === 'CS' || vr === 'AE' ? 16 : 4 * LONGEST[vr]!).join('') : text;
  return makeElement(tag, vr, cut, { bigEndian: false, charsets: subject.charsets });
}

/** Puts an element into sequences, one in the other. */
function nested(
  { dice }: Ground,
  element: Element,
  depth: number,
  path: Path = [element.tag],
): { root: Element; path: Path } {
  if (depth === 0) return { root: element, path };
  const { tag } = dice.pick(SEQUENCES);
  const before = dice.int(0, 1);
  const items = Array.from({ length: before + 1 }, (_, i) => makeItem(i === before ? [element] : [], dice.chance(0.5)));
  const sequence = makeSequence(tag, items, { undefinedLength: dice.chance(0.5) });
  return nested({ dice } as Ground, sequence, depth - 1, [tag, before, ...path]);
}

type Place = (ground: Ground) => Planting | null;

/** A secret that fits into an attribute uncut, or null. */
function fitting(secret: Secret, vr: string): Secret | null {
  return secret.text.length <= (LONGEST[vr] ?? 1024) && !secret.text.includes('\\') ? secret : null;
}

const freeText: Place = (ground) => {
  const { dice, subject } = ground;
  const { tag, vr } = dice.pick(TEXTS);
  const secret = fitting(anySecret(subject, dice), vr);
  if (!secret) return null;
  const whole = sentence(secret, dice);
  const fits = whole.text.length <= (LONGEST[vr] ?? 1024);
  const { root, path } = nested(
    ground,
    textElement(ground, tag, vr, fits ? whole.text : secret.text),
    dice.pick([0, 0, 1, 2, 4]),
  );
  return { secret, place: 'free text', path, elements: [root] };
};

const descriptions: Place = (ground) => {
  const { dice, subject } = ground;
  const tag = dice.pick([0x00081030, 0x00081080, 0x00082111, 0x00204000, 0x00321060, 0x00400254, 0x00180030]);
  const secret = anySecret(subject, dice);
  const { text, left } = sentence(secret, dice);
  if (text.length > 64) return null;
  return {
    secret,
    place: 'description',
    path: [tag],
    elements: [textElement(ground, tag, vrOf(tag)!, text)],
    ...(tag === 0x00180030 ? {} : { left }),
  };
};

const personNames: Place = (ground) => {
  const { dice, subject } = ground;
  const secret = anyPersonName(subject, dice);
  const { root, path } = nested(ground, textElement(ground, dice.pick(NAMES).tag, 'PN', secret.text), dice.int(0, 3));
  return { secret, place: 'PN', path, elements: [root] };
};

/** CS, AE, UR and UI: short forms of what is known of the subject, or of strangers. */
const shortForms: Place = (ground) => {
  const { dice, subject } = ground;
  const vr = dice.pick(['CS', 'CS', 'AE', 'UR']);
  const { tag } = dice.pick(byVr(vr));
  const known = dice.pick([
    subject.mrn,
    subject.accession,
    subject.station,
    ascii(subject.person.family),
    subject.telephone,
    dice.word(),
  ]);
  const text = (vr === 'UR' ? `http://x.example/${known}` : known).slice(0, vr === 'UR' ? 64 : 16);
  const kind = known === subject.person.family ? 'A' : 'R';
  const secret: Secret = {
    kind,
    text,
    needles: CLINICAL.has(known.toLowerCase())
      ? []
      : known.length >= 5 && known === text
        ? [known]
        : piecesOf(text).filter((p) => p.length > 4 && p !== 'http' && p !== 'example'),
  };
  if (secret.needles.some((needle) => needle.toLowerCase() === 'example')) return null;
  const written = vr === 'CS' ? secret.text.toUpperCase() : secret.text;
  const { root, path } = nested(ground, el(tag, vr, written), dice.int(0, 2));
  return { secret, place: vr, path, elements: [root] };
};

const numbers: Place = (ground) => {
  const { dice, subject } = ground;
  const vr = dice.pick(['DS', 'IS', 'LO']);
  const text = dice
    .pick([subject.mrn.replace(/\D/g, ''), subject.birthDate, subject.studyDate, subject.telephone.replace(/\D/g, '')])
    .slice(0, 12);
  if (vr !== 'LO' && text !== subject.birthDate && text !== subject.studyDate && text !== subject.mrn) return null;
  const { root, path } = nested(ground, el(dice.pick(byVr(vr)).tag, vr, text), dice.int(0, 2));
  return { secret: { kind: 'H', text, needles: [text] }, place: 'number', path, elements: [root] };
};

const dates: Place = (ground) => {
  const { dice, subject } = ground;
  const vr = dice.pick(['DA', 'DT', 'DT']);
  const date = dice.pick([subject.birthDate, subject.studyDate]);
  const text = vr === 'DA' ? date : `${date}${dice.pick(['', '101530', '101530.25', '101530+0100'])}`;
  const { root, path } = nested(ground, el(dice.pick(byVr(vr)).tag, vr, text), dice.int(0, 3));
  return { secret: { kind: 'C', text, needles: [], gone: new RegExp(date) }, place: vr, path, elements: [root] };
};

const ages: Place = (ground) => {
  const { dice } = ground;
  const age = `${dice.int(91, 110)}`.padStart(3, '0');
  const { root, path } = nested(
    ground,
    el(dice.pick([0x00101010, 0x00101010, ...byVr('AS').map(({ tag }) => tag)]), 'AS', `${age}Y`),
    dice.int(0, 1),
  );
  return {
    secret: { kind: 'C', text: `${age}Y`, needles: [], gone: new RegExp(`${age}Y`) },
    place: 'AS',
    path,
    elements: [root],
  };
};

const uids: Place = (ground) => {
  const { dice, subject } = ground;
  const inside = dice.pick([subject.studyDate, subject.mrn.replace(/\D/g, ''), subject.birthDate]);
  const uid = dice.pick([
    `1.2.826.0.1.${inside}.5`,
    `2.25.${dice.digits(9)}${inside}`,
    `1.2.840.10008.${inside}.1`,
    `1.2.840.10008.5.1.4.1.1.${inside}`,
    `2.16.840.1.113883.3.${inside}`,
  ]);
  const { root, path } = nested(ground, el(dice.pick(byVr('UI')).tag, 'UI', uid), dice.int(0, 3));
  return { secret: { kind: 'R', text: uid, needles: [uid] }, place: 'UI', path, elements: [root] };
};

/** Attributes that the standard does not know, and known ones under VR UN. */
const unknown: Place = (ground) => {
  const { dice, subject } = ground;
  const secret = anySecret(subject, dice);
  const tag = dice.chance(0.5)
    ? dice.pick(TEXTS).tag
    : ((dice.pick([0x0008, 0x0010, 0x0018, 0x0020, 0x0a0a, 0x4ff0]) << 16) | 0xff30 | dice.int(0, 14)) >>> 0;
  const vr = dice.pick(['UN', 'UN', 'LO', 'OB']);
  const element = vr === 'LO' ? textElement(ground, tag, vr, secret.text) : el(tag, vr, utf8(secret.text));
  const { root, path } = nested(ground, element, dice.int(0, 2));
  return { secret, place: 'unknown attribute', path, elements: [root] };
};

/** A sequence under VR UN, which reads as implicit little endian (CP-246). */
const unknownSequence: Place = (ground) => {
  const { dice, subject } = ground;
  const secret = anySecret(subject, dice);
  const inner = [textElement(ground, 0x00104000, 'LT', secret.text)];
  const tag = dice.pick([0x00081140, 0x00291010, 0x00400275]);
  const element = makeSequence(tag, [makeItem(inner, true)], { vr: 'UN', undefinedLength: true });
  return { secret, place: 'UN sequence', path: [tag, 0, 0x00104000], elements: [element] };
};

/** Look-up tables and other numbers in which a text hides. */
const bytes: Place = (ground) => {
  const { dice, subject } = ground;
  const secret = anySecret(subject, dice);
  const { tag, vr } = dice.pick(
    byVr('OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'US', 'UL', 'FL', 'FD', 'SL', 'AT').filter(({ tag }) => tag < 0x50000000),
  );
  const text = secret.text.padEnd(Math.ceil(secret.text.length / 8) * 8 + 8);
  const long = utf8(text);
  const { root, path } = nested(ground, el(tag, vr, long.subarray(0, long.length - (long.length % 8))), dice.int(0, 1));
  return { secret, place: 'bytes', path, elements: [root] };
};

/** A code with a meaning that somebody typed, of a local scheme or under a published one's name. */
const codes: Place = (ground) => {
  const { dice, subject } = ground;
  const secret = fitting(anySecret(subject, dice), 'LO');
  if (!secret) return null;
  const items = [
    dice.chance(0.3) && secret.text.length <= 16
      ? textElement(ground, 0x00080100, 'SH', secret.text)
      : el(0x00080100, 'SH', `L${dice.digits(3)}`),
    el(0x00080102, 'SH', dice.pick(['99LOCAL', 'L', 'DCM', 'SCT'])),
    textElement(ground, 0x00080104, 'LO', dice.pick([secret.text, `asked by ${secret.text}`])),
  ];
  const tag = dice.pick([0x00081032, 0x00082218, 0x00400260, 0x0040a043, 0x00321064]);
  const { root, path } = nested(ground, makeSequence(tag, [makeItem(items)]), dice.int(0, 2));
  return { secret, place: 'code', path: [...path, 0, 0x00080104], elements: [root] };
};

/** Behind a NUL, as a second value, or letter by letter: where a reader that stops early does not look. */
const disguises: Place = (ground) => {
  const { dice, subject } = ground;
  const name = dice.word();
  const text = dice.pick([
    `T1\0${name}`,
    `T1 sagittal\\${name}`,
    `\\\\${name}`,
    [...name.toUpperCase()].join(' '),
    `${name}\u200b`,
    `T1\u00a0${name}`,
    `${subject.studyDate}\0${name}`,
  ]);
  const vr = dice.pick(['LO', 'SH', 'CS', 'UI', 'DA', 'TM', 'DS', 'IS', 'AS', 'LT']);
  const bytes = new Uint8Array(Buffer.from(text.length % 2 ? `${text} ` : text));
  const { root, path } = nested(ground, el(dice.pick(byVr(vr)).tag, vr, bytes), dice.pick([0, 1, 12]));
  return {
    secret: { kind: 'A', text, needles: [name, [...name].join(' ')] },
    place: `disguised in ${vr}`,
    path,
    elements: [root],
  };
};

/** The character sets of an item, which hold terms and nothing else. */
const characterSets: Place = (ground) => {
  const { dice } = ground;
  const name = dice.word().toUpperCase();
  const { root, path } = nested(ground, el(0x00080005, 'CS', [dice.pick(['ISO_IR 192', '']), name]), dice.int(1, 2));
  return { secret: { kind: 'A', text: name, needles: [name] }, place: 'character set', path, elements: [root] };
};

export const PLACES: readonly Place[] = [
  ...[freeText, freeText, freeText, descriptions, descriptions, personNames, shortForms, numbers, dates, ages, uids],
  ...[unknown, unknownSequence, bytes, codes, disguises, characterSets],
];
