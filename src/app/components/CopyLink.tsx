'use client';
// A link to pass on, whole, with a button that copies it.
import { useState } from 'react';
import { Button } from './Button';

export function CopyLink({ path }: { path: string }) {
  const [copied, setCopied] = useState(false);
  const url = new URL(path, location.origin).href;
  const copy = async () => {
    // The clipboard exists only on https and localhost; elsewhere the text is selected by hand.
    await navigator.clipboard?.writeText(url).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className="mt-2 flex items-center gap-2">
      <input
        readOnly
        value={url}
        aria-label="Link"
        onFocus={(event) => event.currentTarget.select()}
        className="h-8 min-w-0 grow rounded-md border border-edge bg-surface px-2 font-mono text-xs"
      />
      <Button size="small" onClick={copy} disabled={!navigator.clipboard}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
