'use client';
// The browser's own modal dialog: focus is trapped, Escape closes, the page behind is still.
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** For what needs a picture beside its fields. */
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, wide = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      onClose={onClose}
      aria-labelledby={heading}
      className={`m-auto w-full ${wide ? 'max-w-5xl' : 'max-w-md'} rounded-lg border border-line bg-surface p-6 text-left text-[0.9375rem] font-normal whitespace-normal text-ink shadow-xl`}
    >
      {open && (
        <>
          <h2 id={heading} className="text-lg font-semibold">
            {title}
          </h2>
          <div className="mt-2 space-y-4">{children}</div>
        </>
      )}
    </dialog>
  );
}
