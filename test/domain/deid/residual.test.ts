// The look-again check finds what was left behind, in any encoding and order, and does not cry wolf.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mergeRemoved, type RemovedValue, residualScan } from '@/domain/deid/residual';
import { encodeText } from '@/domain/dicom/charset';
import { bytesOf, el } from './build';

const NAME: RemovedValue = { text: 'Quillfeather^Zebedee', kind: 'name' };
const finds = (bytes: Uint8Array, ...removed: RemovedValue[]) => [
  ...new Set(residualScan(bytes, removed).map(({ kind }) => kind)),
];
const within = (text: string) => bytesOf({ elements: [el(0x00204000, 'LT', text)] });
const inBytes = (bytes: Uint8Array) => bytesOf({ elements: [el(0x00204000, 'LT', bytes)] });

describe('a name left behind is found', () => {
  for (const written of [
    'Quillfeather^Zebedee',
    'zebedee quillfeather',
    'QUILLFEATHER, ZEBEDEE',
    'by zebedee_quillfeather.',
    'Mr Quillfeather',
  ])
    test(`written ${written}`, () => assert.deepEqual(finds(within(written), NAME), ['name']));

  const encodings: Record<string, (text: string) => Uint8Array> = {
    'UTF-8': (text) => new Uint8Array(Buffer.from(text)),
    'UTF-16 little endian': (text) => new Uint8Array(Buffer.from(text, 'utf16le')),
    'UTF-16 big endian': (text) => new Uint8Array(Buffer.from(text, 'utf16le').swap16()),
    'Latin-1': (text) => new Uint8Array(Buffer.from(text, 'latin1')),
  };
  for (const [name, encode] of Object.entries(encodings))
    test(`in ${name}`, () => {
      const bytes = encode('Wäschenbach');
      assert.deepEqual(finds(inBytes(bytes), { text: 'Wäschenbach^Ute', kind: 'name' }), ['name']);
    });
  test('in Shift-JIS, whose bytes are known', () => {
    const yamada = Uint8Array.of(0x8e, 0x52, 0x93, 0x63, 0x20, 0x20);
    assert.deepEqual(finds(inBytes(yamada), { text: 'Yamada^Tarou=山田^太郎', kind: 'name' }), ['name']);
  });
  test('in ISO 2022 Japanese and Korean', () => {
    const japanese = encodeText('山田', ['', 'ISO 2022 IR 87'], 'LT');
    assert.deepEqual(finds(inBytes(japanese), { text: '山田^太郎', kind: 'name' }), ['name']);
    const korean = encodeText('김희중', ['', 'ISO 2022 IR 149'], 'LT');
    assert.deepEqual(finds(inBytes(korean), { text: '김희중^길동', kind: 'name' }), ['name']);
  });
});

describe('a name left behind is found however it was disguised', () => {
  const attacks: readonly (readonly [name: string, written: string | Uint8Array])[] = [
    ['Müller-Lüdenscheidt^Jörg', 'Muellerin and MUELLER'],
    ['Wäschenbach^Ute', 'waschenbach'],
    ['Wäschenbach^Ute', 'Wäschenbach'.normalize('NFD')],
    ['Żelaskowa^Łucja', 'ZELASKOWA'],
    ['Sørbråten^Åse', 'Sorbraten'],
    ['Sørbråten^Åse', 'Soerbraaten'],
    ['Quillfeather^Zebedee', 'Ｑｕｉｌｌｆｅａｔｈｅｒ'],
    ['Ng^Wei', 'seen: Wei Ng, late'],
    ['Head^Long', 'LONG, HEAD'],
    ['Smith-Thistlewood^Ann', 'Thistlewood'],
    ["O'Thistle^Ann", 'othistle thistle'],
    [
      'Пшеничникова^Ксения',
      Buffer.from(Uint8Array.from([0xbf, 0xe8, 0xd5, 0xdd, 0xd8, 0xe7, 0xdd, 0xd8, 0xda, 0xde, 0xd2, 0xd0])),
    ],
    ['Пшеничникова^Ксения', 'Pshenichnikova'],
    ['Παπαδιαμάντης^Διονύσιος', 'Papadiamantis'],
    [
      'Παπαδιαμάντης^Διονύσιος',
      Buffer.from(Uint8Array.from([0xd0, 0xe1, 0xf0, 0xe1, 0xe4, 0xe9, 0xe1, 0xec, 0xdc, 0xed, 0xf4, 0xe7, 0xf2])),
    ],
    ['Kim^Hong=김연희^홍길동', 'gimyeonhui'],
    ['Yamada^Tarou=山田^太郎=ﾔﾏﾀﾞ^ﾀﾛｳ', Buffer.from(Uint8Array.from([0xd4, 0xcf, 0xc0, 0xde, 0x20, 0x20]))],
    ['Ouyang^Li=欧阳^小东', Buffer.from(Uint8Array.from([0xc5, 0xb7, 0xd1, 0xf4]))],
  ];
  for (const [name, written] of attacks)
    test(`${name} as ${typeof written === 'string' ? written : Buffer.from(written).toString('hex')}`, () => {
      const bytes = typeof written === 'string' ? within(written) : inBytes(new Uint8Array(written));
      assert.deepEqual(finds(bytes, { text: name, kind: 'name' }), ['name']);
    });
  test('a telephone number without its joints', () => {
    const phone: RemovedValue = { text: '+49 761 2708844', kind: 'id' };
    assert.deepEqual(finds(within('ring 497612708844'), phone), ['id']);
  });
});

describe('what nobody knew is found by its form', () => {
  for (const text of ['mail a.b@c.example', 'on 2003-04-17', 'on 17.04.2003', 'ring +49 761 270 88 44'])
    test(text, () => assert.deepEqual(finds(within(text)), ['pattern']));
});

describe('wherever it is', () => {
  test('in file meta, in the preamble, in pixels, in a private block, outside DICOM', () => {
    const secret = new Uint8Array(Buffer.from(' Quillfeather 1234'));
    const preamble = new Uint8Array(128);
    preamble.set(secret, 60);
    const pixels = new Uint8Array(400);
    pixels.set(secret, 101);
    assert.deepEqual(finds(bytesOf({ preamble }), NAME), ['name']);
    assert.deepEqual(finds(bytesOf({ meta: [el(0x00020016, 'AE', 'QUILLFEATHER')] }), NAME), ['name']);
    assert.deepEqual(finds(bytesOf({ elements: [el(0x7fe00010, 'OW', pixels)] }), NAME), ['name']);
    assert.deepEqual(finds(bytesOf({ elements: [el(0x00291010, 'OB', secret)] }), NAME), ['name']);
    assert.deepEqual(finds(new Uint8Array(Buffer.from('{"by": "zebedee"}')), NAME), ['name']);
  });
  test('ids, dates and UIDs', () => {
    assert.deepEqual(finds(within('MRN 73154478'), { text: '73154478', kind: 'id' }), ['id']);
    assert.deepEqual(finds(within('on 20030417'), { text: '20030417', kind: 'date' }), ['date']);
    assert.deepEqual(
      finds(bytesOf({ elements: [el(0x00081155, 'UI', '1.2.3.99')] }), { text: '1.2.3.99', kind: 'uid' }),
      ['uid'],
    );
  });
  test('any telling word in any text', () => {
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{6,12}$/);
    fc.assert(
      fc.property(word, fc.string({ maxLength: 20 }), (family, noise) => {
        const text = `${noise.replaceAll('\\', ' ')} ${family} `;
        assert.deepEqual(finds(within(text), { text: `${family}^Xi`, kind: 'name' }), ['name']);
      }),
    );
  });
});

describe('and nothing else', () => {
  const clean = (bytes: Uint8Array, ...removed: RemovedValue[]) => assert.deepEqual(residualScan(bytes, removed), []);
  test('clinical words, makers and short pieces of longer words are no leaks', () => {
    clean(within('head t1 sagittal'), { text: 'Head^Sagittal', kind: 'name' }, { text: 'BRAIN', kind: 'id' });
    clean(bytesOf({ elements: [el(0x00080070, 'LO', 'Philips')] }), { text: 'Philips^Phantom', kind: 'name' });
    clean(within('hypointense'), { text: 'Inten^Po', kind: 'name' });
    clean(within('T1 MPRAGE'), { text: 'T1 MPRAGE', kind: 'text' });
  });
  test('numbers are no ids by chance, moved dates no dates', () => {
    clean(bytesOf({ elements: [el(0x00180081, 'DS', '1234.5')] }), { text: '1234', kind: 'id' });
    clean(bytesOf({ elements: [el(0x00080020, 'DA', '20030417')] }), { text: '20030417', kind: 'date' });
    clean(bytesOf({ elements: [el(0x0020000d, 'UI', '2.25.112003041799')] }), { text: '20030417', kind: 'date' });
  });
  test('random pixels never', () => {
    const removed = [NAME, { text: '73154478', kind: 'id' } as const];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 4096 }), (pixels) => {
        clean(bytesOf({ elements: [el(0x7fe00010, 'OW', pixels)] }), ...removed);
      }),
    );
  });
});

test('damaged outputs and something behind the end are findings too', () => {
  const cut = bytesOf({ elements: [el(0x7fe00010, 'OW', new Uint8Array(100))] }).subarray(0, -50);
  assert.deepEqual(finds(cut, NAME), ['unreadable']);
});

test('values of several files are merged, each once', () => {
  assert.deepEqual(mergeRemoved([NAME], [NAME, { ...NAME, kind: 'id' }]), [NAME, { ...NAME, kind: 'id' }]);
});
