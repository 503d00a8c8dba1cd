import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DomainError, type ErrorCode } from '@/domain/errors';
import { orientation } from '@/domain/nifti/affine';
import { encodeValue, storedValues } from '@/domain/nifti/datatypes';
import { readNifti } from '@/domain/nifti/volume';
import { writeNifti } from '@/domain/nifti/write';
import { DIAGONAL, type Made, madeNifti } from './made';

const fails = (made: Made | Uint8Array, code: ErrorCode) =>
  assert.throws(
    () => readNifti(made instanceof Uint8Array ? made : madeNifti(made)),
    (error) => error instanceof DomainError && error.code === code,
  );

test('every version, byte order and scalar datatype reads back the values it was given', () => {
  const values = [0, 1, 2, 3, 100, 7, 9, 11, 64, 5, 6, 50];
  for (const version of [1, 2] as const) {
    for (const littleEndian of [true, false]) {
      for (const datatype of [2, 4, 8, 16, 64, 512, 768, 1024]) {
        const volume = readNifti(madeNifti({ version, littleEndian, datatype, dims: [2, 3, 2], values }));
        assert.deepEqual(volume.shape, [2, 3, 2]);
        assert.equal(volume.volumes, 1);
        assert.deepEqual(
          [...storedValues(volume.data, datatype, littleEndian)],
          values,
          `${version} ${littleEndian} ${datatype}`,
        );
        assert.deepEqual(volume.affine, [...DIAGONAL, 0, 0, 0, 1]);
      }
    }
  }
});

test('a view that is not aligned reads the same', () => {
  const bytes = madeNifti({ dims: [3, 1, 1], values: [-5, 300, 7] });
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const { data } = readNifti(shifted.subarray(1));
  assert.deepEqual([...storedValues(data, 4, true)], [-5, 300, 7]);
});

test('dimensions from the fourth on count as volumes; scaling of 0 means none', () => {
  const volume = readNifti(madeNifti({ dims: [2, 2, 2, 3, 1, 2], slope: 0, inter: 5 }));
  assert.equal(volume.volumes, 6);
  assert.deepEqual([volume.sclSlope, volume.sclInter], [1, 0]);
  assert.deepEqual(readNifti(madeNifti({ dims: [2] })).shape, [2, 1, 1]);
});

test('qform serves where there is no sform, and agrees with the rotation that it names', () => {
  // A half turn about z: x to the left, y to the back.
  const volume = readNifti(
    madeNifti({
      dims: [2, 2, 2],
      sform: null,
      qform: { quatern: [0, 0, 1], offset: [5, 6, 7] },
      pixdim: [-1, 1, 2, 3, 1, 1, 1, 1],
    }),
  );
  assert.equal(volume.affineFrom, 'qform');
  assert.equal(orientation(volume.affine), 'LPI');
  [-1, 0, 0, 5, 0, -2, 0, 6, 0, 0, -3, 7].forEach((n, k) => {
    assert.ok(Math.abs(volume.affine[k]! - n) < 1e-6);
  });
});

test('neither form: voxel sizes alone, and a flat sform is passed over', () => {
  assert.equal(readNifti(madeNifti({ dims: [2, 2, 2], sform: null })).affineFrom, 'pixdim');
  assert.equal(readNifti(madeNifti({ dims: [2, 2, 2], sform: Array(12).fill(0) })).affineFrom, 'pixdim');
});

test('units of metres and micrometres become millimetres', () => {
  assert.deepEqual(readNifti(madeNifti({ dims: [2, 2, 2], units: 1 })).spacingMm, [2000, 2000, 2000]);
});

test('absurd headers are refused in plain words', () => {
  fails({ dims: [2, 2, 2], values: [1, 2, 3] }, 'UNREADABLE');
  fails({ dims: [32767, 32767, 32767], values: [] }, 'UNREADABLE');
  fails({ dims: [-2, 2, 2], values: [] }, 'UNREADABLE');
  fails({ dims: [0, 2, 2], values: [] }, 'UNREADABLE');
  fails({ version: 2, dims: [2 ** 40, 2 ** 40, 2 ** 40], values: [] }, 'UNREADABLE');
  fails({ dims: [2, 2, 2], sform: [Number.NaN, ...DIAGONAL.slice(1)] }, 'UNREADABLE');
  fails({ dims: [2, 2, 2], sform: [Number.POSITIVE_INFINITY, ...DIAGONAL.slice(1)] }, 'UNREADABLE');
  fails({ dims: [2, 2, 2], bits: 64 }, 'UNREADABLE');
  fails({ dims: [2, 2, 2], magic: 'XXXX' }, 'UNREADABLE');
  fails({ dims: [2, 2, 2], magic: 'ni1\0' }, 'UNSUPPORTED');
  fails({ dims: [2, 2, 2], datatype: 77, bits: 16 }, 'UNSUPPORTED');
  fails(new Uint8Array(0), 'UNREADABLE');
  fails(new Uint8Array(348), 'UNREADABLE');
  const nanOffset = madeNifti({ dims: [2, 2, 2] });
  new DataView(nanOffset.buffer).setFloat32(108, Number.NaN, true);
  fails(nanOffset, 'UNREADABLE');
  const nineDims = madeNifti({ dims: [2, 2, 2] });
  new DataView(nineDims.buffer).setInt16(40, 9, true);
  fails(nineDims, 'UNREADABLE');
});

test('random bytes never give anything but a DomainError', () => {
  const head = madeNifti({ dims: [2, 2, 2] });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(head.length - 1), fc.nat(255)), { maxLength: 40 }), (edits) => {
      const bytes = Uint8Array.from(head);
      for (const [at, value] of edits) bytes[at] = value;
      try {
        const { data, shape, affine } = readNifti(bytes);
        assert.ok(data.length <= bytes.length && shape.every((n) => n >= 1) && affine.every(Number.isFinite));
      } catch (error) {
        assert.ok(error instanceof DomainError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what writeNifti writes is read back', () => {
  const affine = [0, 0, 3, -9, -1.5, 0, 0, 40, 0, 2, 0, 8, 0, 0, 0, 1];
  const data = Uint8Array.from({ length: 24 * 2 }, (_, n) => n);
  const volume = readNifti(writeNifti({ shape: [2, 3, 4], volumes: 2, affine, datatype: 2, data }));
  assert.deepEqual(volume.affine, affine);
  assert.deepEqual([...volume.data], [...data]);
  assert.equal(volume.volumes, 2);
  assert.equal(orientation(affine), 'PSR');
});

test('an encoded value is read back, clamped to what its datatype holds', () => {
  const value = (v: number, datatype: number, le: boolean) =>
    storedValues(encodeValue(v, datatype, le), datatype, le)[0];
  for (const le of [true, false]) {
    assert.equal(value(-1024, 4, le), -1024);
    assert.equal(value(70000, 512, le), 65535);
    assert.equal(value(-3, 2, le), 0);
    assert.equal(value(300, 2, le), 255);
    assert.equal(value(-200, 256, le), -128);
    assert.equal(value(0.5, 16, le), 0.5);
    assert.equal(value(-7, 1024, le), -7);
  }
});
