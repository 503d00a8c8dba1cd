// The model's manifest: what the network expects and gives, as the training wrote it; read without trust.
import { DomainError } from '../errors';
import type { Vec3 } from '../nifti/affine';

export const CLASSES = ['background', 'head', 'face', 'brain'] as const;

export interface ModelManifest {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of model.onnx, hex. */
  readonly sha256: string;
  readonly inputName: string;
  readonly outputName: string;
  /** Voxels of the canonical grid along x (right), y (front), z (up). */
  readonly shape: Vec3;
  readonly spacingMm: number;
  /** Values are clipped from below, then these percentiles of what the scan covers become 0 and 1. */
  readonly clipBelow: number;
  readonly percentiles: readonly [number, number];
}

/**
 * The manifest beside model.onnx.
 * @throws DomainError UNSAFE when it asks for something that this version does not do exactly
 */
export function parseManifest(json: unknown): ModelManifest {
  const at = (path: string) =>
    path.split('.').reduce<unknown>((o, key) => (o as Record<string, unknown> | null | undefined)?.[key], json);
  const text = (path: string) => check(at(path), (v): v is string => typeof v === 'string' && v.length > 0);
  const numbers = (path: string, count: number) =>
    check(at(path), (v): v is number[] => Array.isArray(v) && v.length === count && v.every((n) => Number.isFinite(n)));

  const shape = numbers('input.shape', 5);
  const mm = at('input.spacingMm');
  const spacingMm = check(
    Array.isArray(mm) ? mm[0] : mm,
    (v): v is number => typeof v === 'number' && v > 0.5 && v < 10,
  );
  if (Array.isArray(mm) && mm.some((n) => n !== spacingMm)) throw unsuitable();
  if (shape[0] !== 1 || shape[1] !== 1 || shape.slice(2).some((n) => n < 16 || n > 512 || n % 16 !== 0))
    throw unsuitable();
  if (shape[2] !== shape[3]) throw unsuitable();
  const orientation = text('input.orientation');
  const classes = at('output.classes');
  if (orientation !== 'RAS' || !Array.isArray(classes) || classes.join() !== CLASSES.join()) throw unsuitable();
  const [low, high] = numbers('input.normalisation.percentiles', 2) as [number, number];
  return {
    name: text('name'),
    version: text('version'),
    sha256: text('sha256'),
    inputName: text('input.name'),
    outputName: text('output.name'),
    shape: shape.slice(2) as unknown as Vec3,
    spacingMm,
    clipBelow: check(at('input.normalisation.clipBelow'), (v): v is number => typeof v === 'number'),
    percentiles: [low, high],
  };
}

function check<T>(value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw unsuitable();
  return value;
}

function unsuitable(): DomainError {
  return new DomainError(
    'UNSAFE',
    'The defacing model does not fit this version of Cloakroom. Install the model that came with it.',
  );
}
