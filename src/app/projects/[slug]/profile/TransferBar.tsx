'use client';
// A profile out to a JSON file, and in from one or from another tool's script. What comes in is a draft: it can be looked at,
// tried and undone.
import { useRef, useState } from 'react';
import { importCtp } from '@/domain/deid/imports/ctp';
import { importCtpPixels, isCtpPixels } from '@/domain/deid/imports/ctpPixels';
import { importDeid } from '@/domain/deid/imports/deid';
import type { ImportedLine } from '@/domain/deid/imports/report';
import { type Profile, parseProfile, writeProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import { Button } from '../../../components/Button';
import { Notice } from '../../../components/Notice';

const MAX_BYTES = 900_000;

interface TransferBarProps {
  profile: Profile;
  fileName: string;
  /** null: only out. */
  onImport: ((profile: Profile) => void) | null;
}

type Outcome =
  | { readonly name: string; readonly profile: Profile; readonly lines: readonly ImportedLine[] }
  | { readonly name: string; readonly error: string };

export function TransferBar({ profile, fileName, onImport }: TransferBarProps) {
  const input = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const read = async (file: File) => {
    const answer = await profileIn(file, profile);
    if ('profile' in answer) onImport?.(answer.profile);
    setOutcome({ name: file.name, ...answer });
  };
  return (
    <div className="mt-4 space-y-3">
      <div className="flex gap-2">
        <Button size="small" onClick={() => save(fileName, writeProfile(profile))}>
          Export as JSON
        </Button>
        {onImport && (
          <>
            <Button size="small" onClick={() => input.current?.click()}>
              Import…
            </Button>
            <input
              ref={input}
              type="file"
              accept=".json,.xml,.script,.txt,application/json,text/plain"
              aria-label="Profile to import"
              className="hidden"
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                event.target.value = '';
                if (file) void read(file);
              }}
            />
          </>
        )}
      </div>
      {outcome && <Told outcome={outcome} />}
    </div>
  );
}

function Told({ outcome }: { outcome: Outcome }) {
  if ('error' in outcome)
    return (
      <Notice kind="error" title={`${outcome.name} was not imported. Nothing was changed.`}>
        {outcome.error}
      </Notice>
    );
  const open = outcome.lines.filter(({ taken }) => taken !== 'whole');
  return (
    <Notice
      kind={open.length > 0 ? 'warn' : 'good'}
      title={`${outcome.name} is now your draft. Nothing is activated yet.`}
    >
      {open.length > 0 && (
        <details>
          <summary>
            {open.length} of {outcome.lines.length} lines could be taken over only in part or not at all; what no rule
            names is cleaned by the standard.
          </summary>
          <ul className="mt-2 max-h-60 space-y-1.5 overflow-y-auto">
            {open.map(({ line, source, taken, words }) => (
              <li key={line}>
                <span className="font-mono text-xs break-all">
                  {line}: {source}
                </span>
                <span className="block">
                  <span className="font-medium">{taken === 'part' ? 'In part: ' : 'Not taken over: '}</span>
                  {words}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Notice>
  );
}

type Read = { profile: Profile; lines: readonly ImportedLine[] } | { error: string };

/**
 * A profile of ours as JSON, a script of RSNA CTP's DicomAnonymizer (XML) or DicomPixelAnonymizer, or a recipe of pydicom/deid: told
 * apart by their text. A pixel script speaks of places in pictures only: they are added to the draft.
 */
async function profileIn(file: File, draft: Profile): Promise<Read> {
  if (file.size > MAX_BYTES) return { error: 'It is larger than 900 kB, which no profile is.' };
  try {
    const text = (await file.text()).replace(/^\uFEFF/, '').trim();
    if (isCtpPixels(text)) {
      const { regions, lines } = importCtpPixels(text);
      return { profile: parseProfile({ ...draft, regions: [...regions, ...draft.regions] }), lines };
    }
    if (text.startsWith('<')) return importCtp(text);
    if (/^format\s+dicom\b/im.test(text)) return importDeid(text);
    return { profile: parseProfile(JSON.parse(text)), lines: [] };
  } catch (error) {
    if (error instanceof DomainError) return { error: error.message };
    if (error instanceof SyntaxError)
      return { error: 'It is neither a profile as JSON, nor a CTP script, nor a pydicom/deid recipe.' };
    throw error;
  }
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
