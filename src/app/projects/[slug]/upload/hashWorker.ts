// A web worker that measures the SHA-256 of one file after another, streamed, so that the page stays live.
import { createSHA256 } from 'hash-wasm';

export type HashAnswer = { kind: 'read'; bytes: number } | { kind: 'done'; sha256: string } | { kind: 'unreadable' };

const post = (answer: HashAnswer) => self.postMessage(answer);
const ready = createSHA256();

self.onmessage = async (event: MessageEvent<File>) => {
  try {
    const hasher = await ready;
    hasher.init();
    const reader = event.data.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      hasher.update(part.value);
      post({ kind: 'read', bytes: part.value.byteLength });
    }
    post({ kind: 'done', sha256: hasher.digest('hex') });
  } catch {
    post({ kind: 'unreadable' });
  }
};
