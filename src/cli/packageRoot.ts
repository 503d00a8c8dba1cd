// Where the face model lies.
import { join } from 'node:path';
import { packageRoot } from '../engines/packageRoot';

export function modelDir(): string {
  return join(packageRoot(), 'models', 'deface');
}
