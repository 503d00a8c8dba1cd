'use client';
// A page that failed: says so without detail, and offers to try again.
import { Button } from './components/Button';
import { Page } from './components/Page';

export default function PageFailed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Page
      title="This page could not be shown"
      lead="Something went wrong on our side. Your work is safe; nothing was changed."
      width="text"
    >
      <Button kind="primary" onClick={reset}>
        Try again
      </Button>
      {error.digest && (
        <p className="text-sm text-muted">If it happens again, tell your administrator this number: {error.digest}</p>
      )}
    </Page>
  );
}
