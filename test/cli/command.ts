// Runs a command of the command line in this process, with what it says on the screen caught.
import { main } from '@/cli/main';

export async function run(...argv: string[]): Promise<{ status: number; said: string }> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (...words: unknown[]) => lines.push(words.join(' '));
  try {
    return { status: await main(argv), said: lines.join('\n') };
  } finally {
    console.error = error;
  }
}
