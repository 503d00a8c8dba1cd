'use client';
// A profile out to a JSON file and in from one. What comes in is a draft: it can be looked at, tried and undone.
import { useRef, useState } from 'react';
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

type Said = { readonly kind: 'good' | 'error'; readonly title: string; readonly text: string };

export function TransferBar({ profile, fileName, onImport }: TransferBarProps) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const read = async (file: File) => {
    const answer = await profileIn(file);
    if ('profile' in answer) {
      onImport?.(answer.profile);
      setSaid({ kind: 'good', title: `${file.name} is now your draft.`, text: 'Nothing is activated yet.' });
    } else setSaid({ kind: 'error', title: `${file.name} was not imported. Nothing was changed.`, text: answer.error });
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
              Import JSON…
            </Button>
            <input
              ref={input}
              type="file"
              accept=".json,application/json"
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
      {said && (
        <Notice kind={said.kind} title={said.title}>
          {said.text}
        </Notice>
      )}
    </div>
  );
}

async function profileIn(file: File): Promise<{ profile: Profile } | { error: string }> {
  if (file.size > MAX_BYTES) return { error: 'It is larger than 900 kB, which no profile is.' };
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    return { error: 'It is not JSON. Export a profile here to see what one looks like.' };
  }
  try {
    return { profile: parseProfile(json) };
  } catch (error) {
    if (error instanceof DomainError) return { error: error.message };
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
