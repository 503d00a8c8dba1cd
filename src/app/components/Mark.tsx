// Cloakroom's own mark: a coat hanger.

/** The mark alone, decorative: put the word beside it. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="shrink-0">
      <rect width="24" height="24" rx="5" fill="var(--accent)" />
      <path
        d="M9.7 6.3a2.3 2.3 0 1 1 3.1 2.1c-.5.2-.8.6-.8 1.2v.6m0 0-7.3 5.3c-.9.7-.5 2.1.7 2.1h13.2c1.2 0 1.6-1.4.7-2.1L12 10.2"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
