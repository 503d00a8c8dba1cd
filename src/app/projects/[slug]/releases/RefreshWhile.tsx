'use client';
// Reads the page again every two seconds while something is under way.
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

export function RefreshWhile({ on }: { on: boolean }) {
  const router = useRouter();
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => router.refresh(), 2000);
    return () => clearInterval(timer);
  }, [on, router]);
  return null;
}
