// Data sets with identifiers planted everywhere: any attribute of the dictionary, private blocks, unknown groups, at any depth.
import fc from 'fast-check';
import { isSafeText } from '@/domain/deid/safeAttributes';
import { ROWS } from '@/domain/dicom/data/dictionary';
import type { Element } from '@/domain/dicom/dataset';
import { vrOf } from '@/domain/dicom/dictionary';
import { vrShape } from '@/domain/dicom/vr';
import { el, sequence } from './build';

/** What the file's own identifying attributes say, so that the engine can know it. */
export const IDENTITY: readonly Element[] = [
  el(0x00080020, 'DA', '20030417'),
  el(0x00080050, 'SH', 'QZ88123X'),
  el(0x00080080, 'LO', 'Brackwater Infirmary'),
  el(0x00080090, 'PN', 'Thistlewood^Ottoline'),
  el(0x00100010, 'PN', 'Quillfeather^Zebedee=奇羽^世比'),
  el(0x00100020, 'LO', '73154478'),
  el(0x00100030, 'DA', '19311102'),
  el(0x00102154, 'SH', '+49 761 2708844'),
];

/** Texts that tell who it is; none may be found in any output, nor any of `SECRETS`. */
const TEXTS = [
  'Quillfeather^Zebedee',
  'ZEBEDEE QUILLFEATHER',
  'Dr. Quillfeather',
  'quillfeather_zebedee T1 mprage',
  'MRN 73154478',
  '73154478',
  'acc QZ88123X',
  'seen at Brackwater Infirmary by Ottoline Thistlewood',
  'call +49 761 2708844',
  'born 1931-11-02',
  'born 02.11.1931',
  'scan of 2003-04-17',
  '奇羽^世比',
];
/** Names of third persons that nothing in the file announces: only an allow-list of words can catch them. */
const STRANGERS = ['Mrs Grimsditch phoned', 'Pennyfarthing', 'reported by Mr Oddbody at noon'];

/** What must not be found in the output of a data set with all of this in it. */
export const SECRETS = [
  ...['quillfeather', 'zebedee', '73154478', 'qz88123', 'brackwater', 'thistlewood', 'ottoline', '2708844'],
  ...['19311102', '1931-11-02', '02.11.1931', '20030417', '2003-04-17', '奇羽', '世比'],
  ...['1.2.826.0.73154478.5', 'grimsditch', 'pennyfarthing', 'oddbody'],
];

const tags = (ROWS as string)
  .split('\n')
  .map((row) => Number.parseInt(row.split(' ')[0]!.replaceAll('x', '0'), 16))
  .filter(
    (tag) => tag >= 0x00080000 && tag !== 0x00420011 && tag !== 0x00080005 && tag !== 0x00080016 && tag < 0xfffe0000,
  );
const publicTag = fc.constantFrom(...tags);
const unknownTag = fc.constantFrom(
  0x00091010,
  0x00110005,
  0x000b1001,
  0x00620999,
  0x00084321,
  0x0a0a0010,
  0x60020050,
  0x50100010,
);
const blocks = ['SIEMENS CSA HEADER', 'GEMS_PARM_01', 'Philips Imaging DD 001', 'QUILLFEATHER PRIVATE'] as const;

function telling(vr: string, text: string): string | Uint8Array {
  if (vr === 'UI') return '1.2.826.0.73154478.5';
  if (vr === 'DA') return '20030417';
  if (vr === 'DT') return '20030417120000';
  if (vr === 'DS' || vr === 'IS') return '73154478';
  const shape = vrShape(vr);
  const plain = shape?.content === 'ascii' ? text.normalize('NFD').replace(/[^\x20-\x7e]/g, '') : text;
  if (shape?.content === 'ascii' || shape?.content === 'text') return plain;
  const bytes = new Uint8Array(Buffer.from(text.padEnd(16)));
  return vr.startsWith('O') ? new Uint8Array(64) : bytes.subarray(0, bytes.length - (bytes.length % 8));
}

const isTold = (tag: number) =>
  isSafeText(tag) || (tag >= 0x00080100 && tag <= 0x00080104) || tag === 0x00080119 || tag === 0x00080120;

/** One public attribute with a telling value, in its own VR. */
const publicElement = fc
  .tuple(publicTag, fc.constantFrom(...TEXTS), fc.constantFrom(...STRANGERS), fc.boolean())
  .map(([tag, text, stranger, strange]) => {
    const vr = vrOf(tag) ?? 'LO';
    const told = vr === 'SQ' ? 'LO' : vr;
    return el(tag, told, telling(told, strange && !isTold(tag) && vr !== 'CS' ? stranger : text));
  });
const unknownElement = fc
  .tuple(unknownTag, fc.constantFrom(...TEXTS, ...STRANGERS), fc.constantFrom('LO', 'UN', 'UT', 'OB', 'PN'))
  .map(([tag, text, vr]) => el(tag, vr, vr === 'OB' || vr === 'UN' ? new Uint8Array(Buffer.from(text)) : text));
const privateBlock = fc
  .tuple(
    fc.constantFrom(...blocks),
    fc.constantFrom(0x0029, 0x0043, 0x2001, 0x0019),
    fc.nat(255),
    fc.constantFrom(...TEXTS),
    fc.constantFrom('LO', 'UN', 'OB', 'SH', 'IS'),
  )
  .map(([creator, group, number, text, vr]) => {
    const binary = vr === 'OB' || vr === 'UN';
    const value = vr === 'IS' ? '73154478' : text;
    const tag = ((group << 16) | 0x1000 | number) >>> 0;
    return [
      el(((group << 16) | 0x10) >>> 0, 'LO', creator),
      el(tag, vr, binary ? new Uint8Array(Buffer.from(value)) : value),
    ];
  });

const sequenceTag = fc.constantFrom(...tags.filter((tag) => vrOf(tag) === 'SQ'), 0x00291010);

/** Elements with identifiers in them, and sequences of such elements down to a depth. */
function elementsTo(depth: number): fc.Arbitrary<Element[]> {
  const nested: fc.Arbitrary<Element[]> =
    depth === 0
      ? fc.constant([])
      : fc.array(
          fc
            .tuple(sequenceTag, fc.array(elementsTo(depth - 1), { maxLength: 2 }))
            .map(([tag, sets]) => sequence(tag, ...sets)),
          { maxLength: 2 },
        );
  const parts = [fc.array(publicElement, { maxLength: 12 }), fc.array(unknownElement, { maxLength: 2 })] as const;
  return fc
    .tuple(...parts, fc.array(privateBlock, { maxLength: 2 }), nested)
    .map(([known, unknown, blockList, sequences]) => [...known, ...unknown, ...blockList.flat(), ...sequences]);
}

/** Elements with identifiers in them, nested up to three deep. */
export const plantedElements: fc.Arbitrary<Element[]> = elementsTo(3);
