// The manifest of the text segmentation network, as the training wrote it; read without trust.
import { z } from 'zod';
import { DomainError } from '../errors';

const manifest = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  /** SHA-256 of model.onnx, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: z.object({ name: z.string().min(1), multiple: z.int().min(1).max(64), scale: z.literal(255) }),
  output: z.object({ name: z.string().min(1), cell: z.int().min(1).max(16) }),
});
export type TextManifest = z.infer<typeof manifest>;

export const BROKEN_TEXT_MODEL =
  'The model that finds text in images is missing or was changed. Restore the folder models/text as it was delivered; until then no image can be searched for text.';

/** @throws DomainError UNSAFE when it asks for something that this version does not do exactly */
export function parseTextManifest(json: unknown): TextManifest {
  const parsed = manifest.safeParse(json);
  if (!parsed.success) throw new DomainError('UNSAFE', BROKEN_TEXT_MODEL);
  return parsed.data;
}
