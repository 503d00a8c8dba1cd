// Places outside the plain attributes: private blocks of every maker, overlays, curves, icons, annotations, reports, and
// what lies around the data set.
import type { Element } from '@/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { el, sequence } from '../domain/deid/build';
import type { Dice } from './dice';
import type { Ground, Planting } from './places';
import { code } from './science';
import type { Secret } from './secret';
import { anyPersonName, anySecret } from './subject';

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
const even = (text: string) => utf8(text.length % 2 ? `${text} ` : text);
const written = ({ subject }: Ground, tag: number, vr: string, text: string): Element =>
  makeElement(tag, vr, text, { bigEndian: false, charsets: subject.charsets });

/** A Siemens CSA header (SV10): named elements whose items are texts. */
function csaHeader(texts: Readonly<Record<string, string>>, dice: Dice): Uint8Array {
  const parts: Buffer[] = [Buffer.from('SV10\x04\x03\x02\x01', 'latin1'), Buffer.alloc(8)];
  parts[1]!.writeUInt32LE(Object.keys(texts).length, 0);
  parts[1]!.writeUInt32LE(77, 4);
  for (const [name, text] of Object.entries(texts)) {
    const head = Buffer.alloc(84);
    head.write(name, 0, 'latin1');
    head.writeInt32LE(1, 64);
    head.write('LO\0\0', 68, 'latin1');
    head.writeInt32LE(6, 76);
    const value = Buffer.from(`${text}\0`);
    const item = Buffer.alloc(16 + Math.ceil(value.length / 4) * 4);
    for (const at of [0, 4, 12]) item.writeInt32LE(value.length, at);
    value.copy(item, 16);
    parts.push(head, item, Buffer.from(dice.bytes(8)));
  }
  return new Uint8Array(Buffer.concat(parts));
}

type Block = {
  readonly creator: string;
  readonly group: number;
  readonly element: (text: string, dice: Dice) => [number, string, string | Uint8Array];
};
const BLOCKS: readonly Block[] = [
  {
    creator: 'SIEMENS CSA HEADER',
    group: 0x0029,
    element: (text, dice) => [0x10, 'OB', csaHeader({ EchoTime: '30', PatientName: text }, dice)],
  },
  {
    creator: 'SIEMENS CSA HEADER',
    group: 0x0029,
    element: (text) => [
      0x20,
      'OB',
      utf8(
        `\0\0<XProtocol>\n{ <ParamString."tPatientName"> { "${text}" } }\n### ASCCONV BEGIN ###\ntReferenceImage0 = "${text}"\n### ASCCONV END ###`,
      ),
    ],
  },
  { creator: 'SIEMENS MR HEADER', group: 0x0019, element: (text) => [0x08, 'CS', text.toUpperCase().slice(0, 16)] },
  { creator: 'SIEMENS MEDCOM HEADER', group: 0x0029, element: (text) => [0x31, 'LO', text] },
  { creator: 'GEMS_PARM_01', group: 0x0043, element: (text) => [0x60, 'IS', text] },
  { creator: 'GEMS_ACQU_01', group: 0x0019, element: (text) => [0x9e, 'LO', text] },
  { creator: 'GEMS_PATI_01', group: 0x0011, element: (text) => [0x10, 'SH', text] },
  { creator: 'GEMS_SERS_01', group: 0x0025, element: (text) => [0x1b, 'OB', utf8(`\x1f\x8b\x08${text}`)] },
  { creator: 'Philips Imaging DD 001', group: 0x2001, element: (text) => [0x04, 'CS', text] },
  { creator: 'Philips Imaging DD 001', group: 0x2001, element: (text) => [0xc8, 'LO', text] },
  { creator: 'Philips MR Imaging DD 005', group: 0x2005, element: (text) => [0x37, 'PN', text] },
  { creator: 'TOSHIBA_MEC_CT3', group: 0x7005, element: (text) => [0x16, 'LO', text] },
  { creator: 'ELSCINT1', group: 0x01f1, element: (text) => [0x01, 'CS', text] },
  { creator: 'SOMEBODY ELSE 1.0', group: 0x0099, element: (text) => [0x01, 'UT', text] },
  { creator: 'SOMEBODY ELSE 1.0', group: 0x0099, element: (text) => [0x02, 'UN', utf8(text)] },
];

/** A private block of a maker with a secret in it; the numbers of a block stand at 10 to 1F. */
export function privateBlock(ground: Ground): Planting {
  const { dice, subject } = ground;
  const secret = anySecret(subject, dice);
  const { creator, group, element } = dice.pick(BLOCKS);
  const block = dice.int(0x10, 0x1f);
  const at = (number: number) => ((group << 16) | number) >>> 0;
  const [number, vr, value] = element(secret.text, dice);
  const tag = at((block << 8) | number);
  const inner = typeof value === 'string' ? written(ground, tag, vr, value) : el(tag, vr, value);
  const reserved = el(
    at(block),
    'LO',
    dice.chance(0.9)
      ? creator
      : `${creator} ${secret.text}`
          .replaceAll('\\', '')
          .normalize('NFD')
          .replace(/[^\x20-\x7e]/g, ''),
  );
  const parts = dice.chance(0.1) ? [inner] : [reserved, inner];
  if (dice.chance(0.7)) return { secret, place: `private ${creator}`, path: [tag], elements: parts };
  const outer = dice.pick([0x2005140f, 0x00991003, 0x00081140, 0x00400275]);
  return { secret, place: `nested private ${creator}`, path: [outer, 0, tag], elements: [sequence(outer, parts)] };
}

/** Elements that carry a secret in one of the odd corners, with the tag at which its value stands. */
type Corner = (text: string, ground: Ground) => { place: string; path: number[]; elements: Element[] };
const at = (place: string, path: number[], ...elements: Element[]) => ({ place, path, elements });

const CORNERS: readonly Corner[] = [
  (text, g) =>
    at(
      'curve',
      [0x50003000],
      el(0x50000005, 'US', [2]),
      el(0x50003000, 'OW', even(text)),
      written(g, 0x50002500, 'LO', text),
    ),
  (text) =>
    at(
      'overlay plane',
      [0x60003000],
      el(0x60000010, 'US', [8]),
      el(0x60000011, 'US', [8]),
      el(0x60000102, 'US', [0]),
      el(0x60000100, 'US', [1]),
      el(0x60003000, 'OW', even(text)),
    ),
  (text, g) => at('overlay text', [0x60024000], written(g, 0x60024000, 'LT', text), written(g, 0x60021500, 'LO', text)),
  (text) =>
    at(
      'icon',
      [0x00880200, 0, 0x7fe00010],
      sequence(0x00880200, [el(0x00280010, 'US', [8]), el(0x00280011, 'US', [8]), el(0x7fe00010, 'OB', even(text))]),
    ),
  (text, g) =>
    at(
      'graphic annotation',
      [0x00700001, 0, 0x00700008, 0, 0x00700006],
      sequence(0x00700001, [
        el(0x00700002, 'CS', 'LAYER1'),
        sequence(0x00700008, [written(g, 0x00700006, 'ST', text)]),
      ]),
    ),
  (text, g) =>
    at(
      'graphic layer',
      [0x00700060, 0, 0x00700068],
      sequence(0x00700060, [el(0x00700002, 'CS', 'LAYER1'), written(g, 0x00700068, 'LO', text)]),
    ),
  (text, g) =>
    at('compound graphic', [0x00700209, 0, 0x00700006], sequence(0x00700209, [written(g, 0x00700006, 'ST', text)])),
  (text, g) =>
    at(
      'ROI name',
      [0x30060020, 0, 0x30060026],
      sequence(0x30060020, [
        el(0x30060022, 'IS', '1'),
        written(g, 0x30060026, 'LO', text),
        written(g, 0x30060028, 'ST', text),
      ]),
    ),
  (text, g) =>
    at(
      'RT observation',
      [0x30060080, 0, 0x30060085],
      sequence(0x30060080, [written(g, 0x30060085, 'SH', text), written(g, 0x30060088, 'ST', text)]),
    ),
  (text, g) =>
    at(
      'RT plan',
      [0x300a0002],
      written(g, 0x300a0002, 'SH', text),
      written(g, 0x300a0003, 'LO', text),
      written(g, 0x300a0004, 'ST', text),
    ),
  (text, g) => at('RT setup', [0x300a0180, 0, 0x300a01b2], sequence(0x300a0180, [written(g, 0x300a01b2, 'ST', text)])),
  (text, g) =>
    at(
      'waveform annotation',
      [0x0040b020, 0, 0x00700006],
      sequence(0x0040b020, [written(g, 0x00700006, 'ST', text), el(0x0040a0b0, 'US', [1, 1])]),
    ),
  (text, g) =>
    at(
      'channel',
      [0x54000100, 0, 0x003a0200, 0, 0x003a0203],
      sequence(0x54000100, [sequence(0x003a0200, [written(g, 0x003a0203, 'SH', text)])]),
    ),
  (text, g) =>
    at(
      'segment',
      [0x00620002, 0, 0x00620006],
      sequence(0x00620002, [written(g, 0x00620006, 'ST', text), written(g, 0x00620020, 'UT', text)]),
    ),
  (text) => at('trailing padding', [0xfffcfffc], el(0xfffcfffc, 'OB', even(text))),
  (text) =>
    at(
      'signature',
      [0xfffafffa, 0, 0x04000120],
      sequence(0xfffafffa, [el(0x04000120, 'OB', even(text)), el(0x04000115, 'OB', even(text))]),
    ),
  (text, g) =>
    at(
      'original attributes',
      [0x04000561, 0, 0x04000550, 0, 0x00104000],
      sequence(0x04000561, [
        written(g, 0x04000564, 'LO', text),
        sequence(0x04000550, [written(g, 0x00104000, 'LT', text)]),
      ]),
    ),
  (text) =>
    at(
      'pixels in a sequence',
      [0x00081140, 0, 0x7fe00010],
      sequence(0x00081140, [
        el(0x00280010, 'US', [8]),
        el(0x00280100, 'US', [8]),
        el(0x7fe00010, 'OB', even(`\x01${text}`)),
      ]),
    ),
  (text, g) =>
    at(
      'contributing equipment',
      [0x0018a001, 0, 0x00081040],
      sequence(0x0018a001, [
        written(g, 0x00080080, 'LO', text),
        written(g, 0x00081040, 'LO', text),
        written(g, 0x0018a003, 'ST', text),
      ]),
    ),
  (text, g) =>
    at(
      'request attributes',
      [0x00400275, 0, 0x00400007],
      sequence(0x00400275, [
        written(g, 0x00400007, 'LO', text),
        written(g, 0x00400009, 'SH', text),
        sequence(0x00400008, [written(g, 0x00080104, 'LO', text)]),
      ]),
    ),
  (text) => at('MAC parameters', [0x4ffe0001, 0, 0x04000015], sequence(0x4ffe0001, [el(0x04000015, 'CS', even(text))])),
  (text, g) => {
    const creator = written(g, 0x00290010, 'LO', 'SOMEBODY ELSE 1.0');
    const inner = makeSequence(0x00291010, [makeItem([written(g, 0x00104000, 'LT', text)])], { vr: 'UN' });
    return at('private sequence in UN', [0x00291010, 0, 0x00104000], creator, inner);
  },
  (text) => at('colour profile', [0x00282000], el(0x00282000, 'OB', even(`\0\0\x02\x30${text.padEnd(60)}\0\x01`))),
  (text, g) =>
    at(
      'frame label',
      [0x52009230, 0, 0x00209111, 0, 0x00209453],
      sequence(0x52009230, [
        sequence(0x00209111, [written(g, 0x00209158, 'LT', text), written(g, 0x00209453, 'LO', text)]),
      ]),
    ),
  (text, g) =>
    at(
      'report text',
      [0x0040a730, 0, 0x0040a160],
      sequence(0x0040a730, [
        ...item('TEXT'),
        written(g, 0x0040a160, 'UT', `Finding in the left lung, ${text}, normal`),
      ]),
    ),
  (text, g) =>
    at(
      'report observer',
      [0x0040a073, 0, 0x0040a027],
      sequence(0x0040a073, [written(g, 0x0040a027, 'LO', text), written(g, 0x0040a075, 'PN', text)]),
    ),
  (text, g) =>
    at(
      'nested report text',
      [0x0040a730, 0, 0x0040a730, 0, 0x0040a160],
      sequence(0x0040a730, [
        ...item('CONTAINER'),
        sequence(0x0040a730, [...item('TEXT'), written(g, 0x0040a160, 'UT', text)]),
      ]),
    ),
];

function item(type: string): Element[] {
  return [
    el(0x0040a010, 'CS', 'CONTAINS'),
    el(0x0040a040, 'CS', type),
    sequence(0x0040a043, code('121071', 'DCM', 'Finding')),
  ];
}

/** A secret in an odd corner of the data set. */
export function corner(ground: Ground): Planting {
  const { dice, subject } = ground;
  const secret = anySecret(subject, dice);
  return { secret, ...dice.pick(CORNERS)(secret.text, ground) };
}

/** A person named in a content item, and a date and a UID in two others. */
export function contentItems(ground: Ground): Planting {
  const { dice, subject } = ground;
  const secret = anyPersonName(subject, dice);
  const element = sequence(
    0x0040a730,
    [...item('PNAME'), written(ground, 0x0040a123, 'PN', secret.text)],
    [...item('DATETIME'), el(0x0040a120, 'DT', `${subject.studyDate}101500`)],
    [...item('UIDREF'), el(0x0040a124, 'UI', `${subject.uidRoot}.88`)],
  );
  return { secret, place: 'report name', path: [0x0040a730, 0, 0x0040a123], elements: [element] };
}

/** What stands around the data set: file meta, preamble, bytes behind the end. */
export interface Envelope {
  readonly meta: Element[];
  readonly preamble: Uint8Array;
  readonly trailing: Uint8Array;
  readonly secrets: Secret[];
}

/** An envelope with a secret in each of its corners. */
export function envelope({ dice, subject }: Ground): Envelope {
  const [first, second, third] = [0, 1, 2].map(() => anySecret(subject, dice)) as [Secret, Secret, Secret];
  const preamble = new Uint8Array(128);
  preamble.set(utf8(first.text).subarray(0, 100), dice.int(0, 20));
  const meta = [
    el(0x00020013, 'SH', subject.station),
    el(0x00020016, 'AE', subject.aeTitle),
    el(0x00020017, 'AE', subject.aeTitle),
    el(0x00020018, 'AE', subject.aeTitle),
    el(0x00020026, 'UR', `http://${dice.word()}.example/${subject.mrn}`),
    el(0x00020100, 'UI', `${subject.uidRoot}.7`),
    el(0x00020102, 'OB', even(second.text)),
  ];
  const own: Secret = { kind: 'M', text: subject.aeTitle, needles: [subject.aeTitle, subject.station, subject.mrn] };
  // Behind pixels, letters can be told from another attribute; what cannot is refused.
  const trailing = dice.chance(0.3) && /^[\x20-\x7e]+$/.test(third.text) ? even(third.text) : new Uint8Array(0);
  return {
    meta,
    preamble,
    trailing,
    secrets: [first, second, third, own].map(({ kind, text, needles }) => ({ kind, text, needles })),
  };
}
