// JSON beside volumes: matched by name and folder, never otherwise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSidecars } from '@/domain/ingest/sidecars';
import { sniff } from '@/domain/ingest/sniff';

const at = (file: number, path: string) => ({ file, parts: path.split('/') });

test('a volume has the sidecar of its own name in its own folder', () => {
  const volumes = [at(1, 'a/t1.nii.gz'), at(2, 'b/t1.nii'), at(3, 'b/t2.NII'), at(4, 'b/photo.jpg')];
  const sidecars = [at(5, 'a/t1.json'), at(6, 'b/t2.JSON'), at(7, 'b/other.json'), at(8, 't1.json')];
  const { volumes: paired, alone } = withSidecars(volumes, sidecars);
  assert.deepEqual(
    paired.map(({ file, sidecar }) => [file, sidecar]),
    [
      [1, 5],
      [2, undefined],
      [3, 6],
      [4, undefined],
    ],
  );
  assert.deepEqual(alone, [7, 8]);
});

test('text that begins like an object may be a sidecar, other text is none', () => {
  assert.equal(sniff(Buffer.from(' \n{"EchoTime": 0.003}')).kind, 'json');
  assert.equal(sniff(Buffer.from('[1, 2]')).kind, 'none');
});
