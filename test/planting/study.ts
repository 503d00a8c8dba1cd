// A study as files: objects of many kinds about one subject, with secrets planted everywhere and the science beside them.
import { deflateRawSync } from 'node:zlib';
import type { Element, Encoding, Path } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { vrShape } from '@/domain/dicom/vr';
import { writeDicom } from '@/domain/dicom/write';
import { el, joined, sequence } from '../domain/deid/build';
import { Dice } from './dice';
import { contentItems, corner, envelope, privateBlock } from './hidden';
import { personName } from './people';
import { type Ground, PLACES, type Planting } from './places';
import { acquisition, image, OBJECTS, type ObjectKind, sopClassOf } from './science';
import { piecesOf, type Secret } from './secret';
import { anySecret, makeSubject, type Subject } from './subject';

export interface PlantedFile {
  readonly kind: ObjectKind;
  readonly bytes: Uint8Array;
  readonly secrets: readonly {
    readonly secret: Secret;
    readonly place: string;
    readonly path: Path;
    readonly left?: readonly string[];
  }[];
  /** Paths of values that must stay as they are. */
  readonly science: readonly Path[];
}
export interface PlantedStudy {
  readonly subject: Subject;
  readonly files: readonly PlantedFile[];
}

const SYNTAXES: Readonly<Record<string, Encoding>> = {
  '1.2.840.10008.1.2.1': { explicitVr: true, bigEndian: false, deflated: false },
  '1.2.840.10008.1.2': { explicitVr: false, bigEndian: false, deflated: false },
  '1.2.840.10008.1.2.2': { explicitVr: true, bigEndian: true, deflated: false },
  '1.2.840.10008.1.2.1.99': { explicitVr: true, bigEndian: false, deflated: true },
  '1.2.840.10008.1.2.4.90': { explicitVr: true, bigEndian: false, deflated: false },
};

/** One study of `count` files; the same for the same seed. */
export function plantedStudy(seed: number, count: number): PlantedStudy {
  const dice = new Dice(seed);
  const subject = makeSubject(dice);
  const files = Array.from({ length: count }, (_, index) => plantedFile({ dice, subject }, index, count));
  return { subject, files };
}

function plantedFile(ground: Ground, index: number, count: number): PlantedFile {
  const { dice, subject } = ground;
  const kind = dice.pick(Object.keys(OBJECTS) as ObjectKind[]);
  const pixels = image(kind, dice);
  const syntax = dice.pick(Object.keys(SYNTAXES));
  const packed = syntax.endsWith('4.90');
  const camera = anySecret(subject, dice);
  const science = [
    ...acquisition(kind, dice),
    ...pixels.map((element) => (packed ? compressed(element, camera.text, dice) : element)),
  ];
  const own = identity(ground);
  const anonymous = dice.chance(0.2);
  const tree = new Map<number, Element>();
  for (const element of [
    ...science,
    ...references(ground, kind, index, count),
    ...(anonymous ? nobody() : own.elements),
  ])
    tree.set(element.tag, element);
  const planted = plantings(ground, tree);
  const around = envelope(ground);
  const encoding = SYNTAXES[syntax]!;
  const meta = makeDataSet([
    el(0x00020001, 'OB', Uint8Array.of(0, 1)),
    el(0x00020002, 'UI', sopClassOf(kind)),
    el(0x00020003, 'UI', instanceUid(subject, index)),
    el(0x00020010, 'UI', syntax),
    ...around.meta,
  ]);
  const dataset = makeDataSet([...tree.values()].map((element) => (encoding.bigEndian ? swapped(element) : element)));
  const body = {
    preamble: around.preamble,
    meta,
    encoding,
    transferSyntaxUid: syntax,
    dataset,
    trailing: new Uint8Array(0),
  };
  const chunks = writeDicom(body, { deflateRaw: (plain) => deflateRawSync(plain) });
  const behind = pixels.length > 0 && !encoding.deflated ? around.trailing : new Uint8Array(0);
  return {
    kind,
    bytes: joined([...chunks, behind]),
    secrets: [
      ...planted,
      ...(packed && pixels.length > 0 ? [{ secret: camera, place: 'beside compressed pixels', path: [] }] : []),
      ...around.secrets.map((secret) => ({ secret, place: 'around the data set', path: [] })),
      ...(anonymous ? [] : own.secrets.map((secret) => ({ secret, place: 'identity', path: [] }))),
    ],
    science: science.flatMap((element) => leavesOf(element)),
  };
}

const instanceUid = ({ uidRoot }: Subject, index: number) => `${uidRoot}.3.${index}`;

function references({ subject, dice }: Ground, kind: ObjectKind, index: number, count: number): Element[] {
  const { uidRoot, studyDate } = subject;
  const date = (tag: number) => el(tag, 'DA', studyDate);
  return [
    el(0x00080005, 'CS', subject.charsets),
    el(0x00080016, 'UI', sopClassOf(kind)),
    el(0x00080018, 'UI', instanceUid(subject, index)),
    el(0x0020000d, 'UI', uidRoot),
    el(0x0020000e, 'UI', `${uidRoot}.2`),
    el(0x00200052, 'UI', `${uidRoot}.9`),
    ...[0x00080020, 0x00080021, 0x00080022, 0x00080023].map(date),
    ...[0x00080030, 0x00080031, 0x00080032, 0x00080033].map((tag) => el(tag, 'TM', '101530')),
    sequence(0x00081140, [
      el(0x00081150, 'UI', sopClassOf('CT')),
      el(0x00081155, 'UI', instanceUid(subject, dice.int(0, count - 1))),
    ]),
  ];
}

const nobody = () => [el(0x00100010, 'PN', 'ANON'), el(0x00100020, 'LO', '1')];

/** The patient, visit, equipment and institution, as every scanner writes them. */
function identity({ subject, dice }: Ground): { elements: Element[]; secrets: Secret[] } {
  const { mrn, accession, studyId, birthDate, institution, address, telephone, station, serial, age } = subject;
  const text = (tag: number, vr: string, value: string) =>
    makeElement(tag, vr, value, { bigEndian: false, charsets: subject.charsets });
  const names = [subject.person, ...subject.doctors].map((who) => personName(who, dice));
  const elements = [
    text(0x00100010, 'PN', names[0]!.text),
    text(0x00080090, 'PN', names[1]!.text),
    text(0x00081050, 'PN', names[2]!.text),
    text(0x00081070, 'PN', names[3]!.text),
    text(0x00081060, 'PN', names[4]!.text),
    text(0x00100020, 'LO', mrn),
    text(0x00100030, 'DA', birthDate),
    text(0x00101010, 'AS', age),
    text(0x00100040, 'CS', 'F'),
    text(0x00101040, 'LO', address),
    text(0x00102154, 'SH', telephone),
    text(0x00080050, 'SH', accession),
    text(0x00200010, 'SH', studyId),
    text(0x00080080, 'LO', institution),
    text(0x00080081, 'ST', address),
    text(0x00081010, 'SH', station),
    text(0x00181000, 'LO', serial),
  ];
  const plain = [
    mrn,
    accession,
    studyId,
    birthDate,
    telephone,
    station,
    serial,
    ...piecesOf(address).filter((piece) => !/^(Lane|Street|Road|\d+)$/.test(piece)),
    institution.split(' ')[0]!,
  ];
  const secrets = [...names, ...plain.map((value): Secret => ({ kind: 'R', text: value, needles: [value] }))];
  return { elements, secrets: secrets.map(({ kind, text: value, needles }) => ({ kind, text: value, needles })) };
}

/** Plants into a tree of root elements what does not displace anything; sequences that are there get more items. */
function plantings(ground: Ground, tree: Map<number, Element>): PlantedFile['secrets'][number][] {
  const { dice } = ground;
  const done: PlantedFile['secrets'][number][] = [];
  for (let n = dice.int(6, 14); n > 0; n--) {
    const planting = attempt(ground);
    if (!planting) continue;
    const moved = merge(tree, planting);
    if (moved)
      done.push({
        secret: planting.secret,
        place: planting.place,
        path: moved,
        ...(planting.left ? { left: planting.left } : {}),
      });
  }
  return done;
}

function attempt(ground: Ground): Planting | null {
  const { dice } = ground;
  try {
    return dice.pick([...PLACES, privateBlock, privateBlock, corner, corner, corner, contentItems])(ground);
  } catch {
    return null; // The character sets cannot hold it.
  }
}

function merge(tree: Map<number, Element>, { path, elements }: Planting): Path | null {
  const [only] = elements;
  const there = only ? tree.get(only.tag) : undefined;
  if (elements.length === 1 && only?.kind === 'sequence' && there?.kind === 'sequence' && there.vr === only.vr) {
    const items = [...there.items, ...only.items];
    tree.set(only.tag, makeSequence(only.tag, items, { vr: there.vr, undefinedLength: there.undefinedLength }));
    return [path[0]!, path[1]! + there.items.length, ...path.slice(2)];
  }
  if (elements.some(({ tag }) => tree.has(tag))) return null;
  for (const element of elements) tree.set(element.tag, element);
  return path;
}

/** Pixels as a JPEG 2000 stream of one tile in two fragments, with a comment in its header and bytes behind its end. */
function compressed(element: Element, comment: string, dice: Dice): Element {
  if (element.tag !== 0x7fe00010) return element;
  const word = (n: number) => Uint8Array.of(n >> 8, n & 0xff);
  const text = new Uint8Array(Buffer.from(comment));
  const data = dice.bytes(dice.int(30, 60)).map((byte) => byte & 0x7f);
  const stream = joined([
    ...[word(0xff4f), word(0xff51), word(10), new Uint8Array(8)],
    ...[word(0xff64), word(4 + text.length), word(1), text],
    ...[word(0xff90), word(10), word(0), word(0), word(14 + data.length), Uint8Array.of(0, 1), word(0xff93), data],
    ...[word(0xffd9), dice.chance(0.3) ? text : new Uint8Array(0)],
  ]);
  const middle = 2 * dice.int(2, 20);
  const whole = stream.length % 2 ? joined([stream, new Uint8Array(1)]) : stream;
  return {
    kind: 'encapsulated',
    tag: element.tag,
    vr: 'OB',
    offsetTable: new Uint8Array(0),
    fragments: [whole.slice(0, middle), whole.slice(middle)],
  };
}

/** The same element in big endian byte order. */
function swapped(element: Element): Element {
  if (element.kind === 'sequence') {
    if (element.vr === 'UN') return element;
    const items = element.items.map((item) => makeItem([...item.elements.values()].map(swapped), item.undefinedLength));
    return makeSequence(element.tag, items, element);
  }
  const width = element.vr === 'AT' ? 2 : (vrShape(element.vr)?.width ?? 0);
  if (element.kind !== 'bytes' || width < 2) return element;
  const bytes = element.bytes.slice();
  for (let at = 0; at + width <= bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return { ...element, bytes };
}

function leavesOf(element: Element, before: Path = []): Path[] {
  const path = [...before, element.tag];
  if (element.kind !== 'sequence') return [path];
  return element.items.flatMap((item, i) =>
    [...item.elements.values()].flatMap((inner) => leavesOf(inner, [...path, i])),
  );
}
