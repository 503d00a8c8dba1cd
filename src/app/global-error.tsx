'use client';
// The last resort, when even the frame of the page failed: plain HTML without the design system.

export default function EverythingFailed({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: '3rem', colorScheme: 'light dark' }}>
        <h1>Cloakroom could not be shown</h1>
        <p>Something went wrong on our side. Your work is safe; nothing was changed.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  );
}
