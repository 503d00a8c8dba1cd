import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deidentify } from '../../../src/domain/deid/deidentify';
import { presets } from '../../../src/domain/deid/presets';
import { residualScan } from '../../../src/domain/deid/residual';
import type { DicomFile } from '../../../src/domain/dicom/dataset';
import { instanceFacts } from '../../../src/domain/dicom/facts';
import { checkGeometry, slicePlaces } from '../../../src/domain/dicom/geometry';
import { makeElement, makeItem, makeSequence } from '../../../src/domain/dicom/make';
import { checkPixelLength } from '../../../src/domain/dicom/pixelLength';
import { readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextOf, elementTexts } from '../../../src/domain/dicom/values';
import { walk } from '../../../src/domain/dicom/walk';
import { writeDicom } from '../../../src/domain/dicom/write';
import { DomainError } from '../../../src/domain/errors';
import { seededRandom } from '../../../src/domain/phantom/random';
import { bytesOf, contextFor, fileOf, PLAIN_SYNTAXES, phantomIdentifiers, phantomSeries } from '../../fixtures/dicom';
import { joined, keys } from '../deid/build';
import { plainOf } from './arbitrary';

const MUTANTS = 10_000;
const LONGEST_CPU_MS = 1000;
const MOST_MEMORY_MB = 200;
const LENGTHS = [0, 1, 0x7f, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** One file of each encoding, with all that the reader knows in it. */
function seeds(): Uint8Array[] {
  const [phantom] = phantomSeries({
    modality: 'MR',
    slices: 1,
    rows: 4,
    columns: 4,
    identifiers: phantomIdentifiers(5),
    seed: 5,
    head: true,
  });
  const files = PLAIN_SYNTAXES.map((syntax) => {
    const context = contextFor(syntax, ['', 'ISO 2022 IR 87']);
    const name = makeElement(TAG.PatientName, 'PN', 'Yamada^Tarou=山田^太郎', context);
    const open = makeItem([name, makeElement(TAG.Rows, 'US', [3], context)], true);
    return bytesOf(
      fileOf(
        [
          makeElement(TAG.SpecificCharacterSet, 'CS', ['', 'ISO 2022 IR 87'], context),
          makeSequence(0x00081140, [open, makeItem([name])], { undefinedLength: true }),
          makeSequence(0x00091003, [makeItem([name])], { vr: 'UN', undefinedLength: true }),
          makeElement(TAG.PixelData, 'OW', new Uint8Array(16), context),
          name,
        ],
        syntax,
      ),
    );
  });
  const fragments = [Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5, 6)];
  const encapsulated = {
    kind: 'encapsulated',
    tag: TAG.PixelData,
    vr: 'OB',
    offsetTable: new Uint8Array(0),
    fragments,
  } as const;
  const modality = makeElement(TAG.Modality, 'CS', 'CT', contextFor('little'));
  return [phantom!.bytes, ...files, bytesOf(fileOf([modality, encapsulated], 'little', '1.2.840.10008.1.2.4.90'))];
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const spot = () => Math.floor(random() * bytes.length);
  const start = 128 + Math.floor(random() * (bytes.length - 128));
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.subarray(0, spot());
    case 1:
      return joined([
        bytes.subarray(0, start),
        Uint8Array.from({ length: 1 + Math.floor(random() * 9) }, () => Math.floor(random() * 256)),
        bytes.subarray(start),
      ]);
    case 2: {
      const end = start + Math.floor(random() * 40);
      return joined([bytes.subarray(0, start), bytes.subarray(end)]);
    }
    case 3: {
      const copy = bytes.slice();
      const at = Math.min(start, bytes.length - 4);
      new DataView(copy.buffer).setUint32(at, LENGTHS[Math.floor(random() * LENGTHS.length)]!, random() < 0.5);
      return copy;
    }
    default: {
      const copy = bytes.slice();
      for (let i = 0; i < 1 + random() * 12; i++)
        copy[128 + Math.floor(random() * (bytes.length - 128))] = Math.floor(random() * 256);
      return copy;
    }
  }
}

/** Everything that is done with a file once it could be read. */
function use(bytes: Uint8Array): boolean {
  let file: ReturnType<typeof readDicom>;
  try {
    file = readDicom(bytes);
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return false;
  }
  instanceFacts(file);
  checkPixelLength(file);
  checkGeometry(slicePlaces(file));
  walk(file.dataset, contextOf(file), (element, _path, { context }) => void elementTexts(element, context));
  const written = new Uint8Array(Buffer.concat(writeDicom(file)));
  assert.ok(Buffer.from(written).equals(Buffer.from(bytes.subarray(0, written.length))));
  assert.equal(written.length + file.trailing.length, bytes.length);
  assert.deepEqual(plainOf(readDicom(written).dataset), plainOf(file.dataset));
  deidentified(file);
  return true;
}

/** A damaged file that could be read is cleaned whole and opens again, or is refused; nothing is written half. */
function deidentified(file: DicomFile): void {
  try {
    const result = deidentify(file, presets.research.profile, keys, { subjectCode: 'sub-001' });
    const output = new Uint8Array(Buffer.concat(writeDicom(result.file)));
    // Lengths of groups are counted anew, so that not every value is the same.
    assert.deepEqual([...readDicom(output).dataset.elements.keys()], [...result.file.dataset.elements.keys()]);
    residualScan(output, result.removed);
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
  }
}

/** Runs the work and answers its own processor time in ms, which does not depend on what else the machine does. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test(`${MUTANTS} mutated files are read or refused, and what is read is written back as it was, and cleaned`, {
  timeout: 600_000,
}, () => {
  const random = seededRandom(20260801);
  const originals = seeds();
  assert.ok(originals.every(use));
  const memory = process.resourceUsage().maxRSS;
  let read = 0;
  let longest = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const mutant = mutate(originals[i % originals.length]!, random);
    const cpu = cpuOf(() => {
      if (use(mutant)) read++;
    });
    longest = Math.max(longest, cpu);
  }
  assert.ok(read > MUTANTS / 20 && read < MUTANTS * 0.9, `${read} of ${MUTANTS} could be read`);
  assert.ok(longest < LONGEST_CPU_MS, `one file took ${longest} ms of processor time`);
  const grown = (process.resourceUsage().maxRSS - memory) / 1024;
  assert.ok(grown < MOST_MEMORY_MB, `memory grew by ${grown} MB`);
});
