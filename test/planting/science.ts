// What research needs of a scan: elements that must come out byte for byte, by kind of object.
import type { Element } from '@/domain/dicom/dataset';
import { el, sequence } from '../domain/deid/build';
import type { Dice } from './dice';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

/** Objects that get generated: the SOP class behind the root, and the modality. */
export const OBJECTS = {
  CT: ['2', 'CT'],
  MR: ['4', 'MR'],
  PET: ['128', 'PT'],
  enhancedMR: ['4.1', 'MR'],
  DX: ['1.1', 'DX'],
  MG: ['1.2', 'MG'],
  US: ['6.1', 'US'],
  NM: ['20', 'NM'],
  XA: ['12.1', 'XA'],
  report: ['88.33', 'SR'],
  doseReport: ['88.67', 'SR'],
  structureSet: ['481.3', 'RTSTRUCT'],
  plan: ['481.5', 'RTPLAN'],
  dose: ['481.2', 'RTDOSE'],
  segmentation: ['66.4', 'SEG'],
  presentation: ['11.1', 'PR'],
  ecg: ['9.1.1', 'ECG'],
} as const;
export type ObjectKind = keyof typeof OBJECTS;
export const sopClassOf = (kind: ObjectKind) => STORAGE + OBJECTS[kind][0];

export const code = (value: string, scheme: string, meaning: string): Element[] => [
  el(0x00080100, 'SH', value),
  el(0x00080102, 'SH', scheme),
  el(0x00080104, 'LO', meaning),
];
const d = (dice: Dice, from: number, to: number, places = 2) =>
  (from + ((to - from) * dice.int(0, 10_000)) / 10_000).toFixed(places);

const DESCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  CT: [
    'Abdomen 3.0 B30f',
    'CT HEAD WO CONTRAST',
    'Thorax axial 1.5 lung',
    'Topogram',
    'CTA carotid arterial phase',
    'Dose Report',
  ],
  MR: [
    't1_mprage_sag_1mm_iso',
    'Ax T2 FLAIR fs',
    'ep2d_diff_64dir_b1000',
    'SAG T1 SE',
    'COR STIR knee left',
    'localizer',
    'rs fMRI rest 3mm',
  ],
  PT: ['PET WB CTAC', 'FDG brain static', 'PET AC 3D'],
  other: ['CHEST PA AND LATERAL', 'L MLO', 'ABDOMEN COMPLETE', 'LIVER', 'SPINE LUMBAR LAT', 'Cardiac apical 4 chamber'],
};
/** Makers with models, software and kernels as they write them. */
const MAKERS: readonly (readonly [string, string, string])[] = [
  ['SIEMENS', 'Skyra', 'syngo MR E11'],
  ['Siemens Healthineers', 'SOMATOM Force', 'syngo CT VA50A'],
  ['GE MEDICAL SYSTEMS', 'DISCOVERY MR750', '24\\LX\\MR Software release:DV24.0_R01_1344.a'],
  ['GE MEDICAL SYSTEMS', 'LightSpeed VCT', 'gmp_vct.42'],
  ['Philips Medical Systems', 'Ingenia', '5.1.7\\5.1.7.1'],
  ['Philips', 'Brilliance 64', '4.1'],
  ['TOSHIBA', 'Aquilion ONE', 'V6.00ER004'],
  ['Canon Medical Systems', 'Vantage Titan', 'V3.10'],
  ['UIH', 'uMR 780', 'R007'],
  ['Hitachi Medical Corporation', 'Oasis', 'V4.0B'],
  ['Agilent Technologies', 'Biograph mMR', 'B20P'],
];

/** Numbers, codes and machine texts of an acquisition; no pixels. */
export function acquisition(kind: ObjectKind, dice: Dice): Element[] {
  const modality = OBJECTS[kind][1];
  const [maker, model, software] = dice.pick(MAKERS);
  const common = [
    el(0x00080008, 'CS', [
      dice.pick(['ORIGINAL', 'DERIVED']),
      'PRIMARY',
      ...dice.pick([['AXIAL'], ['M', 'ND', 'NORM'], ['LOCALIZER'], []]),
    ]),
    el(0x00080060, 'CS', modality),
    el(0x00080070, 'LO', maker),
    el(0x00081090, 'LO', model),
    el(0x00181020, 'LO', software.split('\\')),
    el(0x0008103e, 'LO', dice.pick(DESCRIPTIONS[modality] ?? DESCRIPTIONS.other!)),
    el(0x00181030, 'LO', dice.pick(DESCRIPTIONS[modality] ?? DESCRIPTIONS.other!)),
    el(
      0x00180015,
      'CS',
      dice.pick(['HEAD', 'ABDOMEN', 'CHEST', 'KNEE', 'LSPINE', 'BREAST', 'HEART', 'PELVIS', 'CHESTABDPELVIS']),
    ),
    el(0x00200060, 'CS', dice.pick(['L', 'R', 'B'])),
    el(0x00200011, 'IS', String(dice.int(1, 900))),
    el(0x00200013, 'IS', String(dice.int(1, 900))),
    el(0x00101030, 'DS', d(dice, 40, 120)),
    el(0x00101020, 'DS', d(dice, 1, 2)),
    el(0x00185100, 'CS', dice.pick(['HFS', 'FFS', 'HFP'])),
    el(0x00180022, 'CS', dice.pick([['FS'], ['PFP', 'FS'], ['NONE']])),
    sequence(0x00082218, code('T-A0100', 'SRT', 'Brain')),
  ];
  return [
    ...common,
    ...(modality === 'MR'
      ? mr(dice)
      : modality === 'CT'
        ? ct(dice)
        : modality === 'PT'
          ? pet(dice)
          : other(kind, dice)),
  ];
}

function mr(dice: Dice): Element[] {
  const vendor = dice.pick([
    [el(0x00190010, 'LO', 'SIEMENS MR HEADER'), el(0x0019100c, 'IS', '1000'), el(0x0019100e, 'FD', [0.5, -0.25, 0.8])],
    [el(0x20010010, 'LO', 'Philips Imaging DD 001'), el(0x20011003, 'FL', [800]), el(0x20011004, 'CS', 'I')],
    [el(0x00430010, 'LO', 'GEMS_PARM_01'), el(0x00431039, 'IS', ['1000', '8', '0', '0'])],
  ]);
  return [
    ...vendor,
    el(0x00180020, 'CS', dice.pick([['GR'], ['SE', 'IR'], ['EP']])),
    el(0x00180021, 'CS', dice.pick(['SP', 'NONE', 'SK'])),
    el(0x00180023, 'CS', dice.pick(['2D', '3D'])),
    el(0x00180024, 'SH', dice.pick(['*tfl3d1_16ns', '*ep_b1000#12', 'SE2d1', '*fl2d1'])),
    el(0x00180080, 'DS', d(dice, 5, 9000, 1)),
    el(0x00180081, 'DS', d(dice, 1, 200)),
    el(0x00180082, 'DS', d(dice, 50, 2500, 0)),
    el(0x00181314, 'DS', d(dice, 1, 180, 0)),
    el(0x00180087, 'DS', dice.pick(['1.5', '3', '7'])),
    el(0x00180091, 'IS', String(dice.int(1, 200))),
    el(0x00181250, 'SH', dice.pick(['HEA;HEP', 'Head_32', 'C:SP1-4', 'Body', 'SENSE-Head-8', '8HRBRAIN'])),
    el(0x00189087, 'FD', [dice.int(0, 3000)]),
    el(0x00181310, 'US', [0, 256, 256, 0]),
  ];
}

function ct(dice: Dice): Element[] {
  return [
    el(0x00180060, 'DS', dice.pick(['80', '100', '120', '140'])),
    el(0x00181151, 'IS', String(dice.int(20, 700))),
    el(0x00181150, 'IS', String(dice.int(100, 4000))),
    el(0x00181210, 'SH', dice.pick(['B30f', 'BONEPLUS', 'STANDARD', 'FC08', ['Br40f', '3'], 'H31s', 'YA'])),
    el(0x00189345, 'FD', [dice.int(1, 60) + 0.5]),
    el(0x00181120, 'DS', d(dice, -20, 20)),
    el(0x00180010, 'LO', dice.pick(['OMNIPAQUE', 'Ultravist', 'GADOVIST'])),
    el(0x00281052, 'DS', '-1024'),
    el(0x00281053, 'DS', '1'),
    el(0x00281054, 'LO', 'HU'),
  ];
}

function pet(dice: Dice): Element[] {
  return [
    el(0x00541001, 'CS', 'BQML'),
    el(0x00541102, 'CS', 'START'),
    el(0x00541103, 'LO', dice.pick(['OSEM 3i21s', 'PSF+TOF 2i21s', 'VPFX'])),
    el(0x00541101, 'LO', 'measured,AC CT'),
    el(0x00541321, 'DS', d(dice, 1, 3, 5)),
    sequence(0x00540016, [
      el(0x00180031, 'LO', 'Fluorodeoxyglucose'),
      el(0x00181074, 'DS', d(dice, 1e8, 4e8, 0)),
      el(0x00181075, 'DS', '6586.2'),
      sequence(0x00540300, code('C-111A1', 'SRT', '^18^Fluorine')),
    ]),
  ];
}

function other(kind: ObjectKind, dice: Dice): Element[] {
  if (kind === 'US')
    return [sequence(0x00186011, [el(0x00186012, 'US', [1]), el(0x0018602c, 'FD', [0.04]), el(0x00186024, 'US', [3])])];
  if (kind === 'report' || kind === 'doseReport') return report(dice);
  if (kind === 'structureSet')
    return [
      sequence(0x30060039, [
        el(0x30060084, 'IS', '1'),
        sequence(0x30060040, [
          el(0x30060042, 'CS', 'CLOSED_PLANAR'),
          el(0x30060050, 'DS', ['1.5', '-22.25', '3', '4', '5', '6']),
        ]),
      ]),
      sequence(0x30060080, [el(0x30060082, 'IS', '1'), el(0x30060084, 'IS', '1'), el(0x300600a4, 'CS', 'ORGAN')]),
    ];
  if (kind === 'plan')
    return [
      sequence(0x300a00b0, [el(0x300a00c0, 'IS', '1'), el(0x300a00c4, 'CS', 'STATIC'), el(0x300a00c6, 'CS', 'PHOTON')]),
    ];
  if (kind === 'dose')
    return [el(0x30040002, 'CS', 'GY'), el(0x30040004, 'CS', 'PHYSICAL'), el(0x3004000e, 'DS', '1.5e-5')];
  if (kind === 'segmentation')
    return [
      sequence(0x00620002, [
        el(0x00620004, 'US', [1]),
        el(0x00620005, 'LO', 'Liver'),
        el(0x00620008, 'CS', 'AUTOMATIC'),
        sequence(0x0062000f, code('10200004', 'SCT', 'Liver')),
      ]),
    ];
  if (kind === 'ecg')
    return [
      sequence(0x54000100, [
        el(0x003a0005, 'US', [12]),
        el(0x003a001a, 'DS', '500'),
        el(0x54001004, 'US', [16]),
        el(0x54001006, 'CS', 'SS'),
        el(0x54001010, 'OW', dice.bytes(400)),
      ]),
    ];
  return [
    el(0x00180060, 'DS', d(dice, 25, 120, 0)),
    el(0x00181164, 'DS', ['0.14', '0.14']),
    el(0x00185101, 'CS', dice.pick(['AP', 'PA', 'MLO'])),
  ];
}

function report(dice: Dice): Element[] {
  const number = (value: string, unit: string) =>
    sequence(0x0040a300, [el(0x0040a30a, 'DS', value), sequence(0x004008ea, code(unit, 'UCUM', unit))]);
  const measured = (concept: Element[], value: string, unit: string): Element[] => [
    el(0x0040a010, 'CS', 'CONTAINS'),
    el(0x0040a040, 'CS', 'NUM'),
    sequence(0x0040a043, concept),
    number(value, unit),
  ];
  return [
    el(0x0040a491, 'CS', 'COMPLETE'),
    el(0x0040a493, 'CS', 'VERIFIED'),
    el(0x0040a040, 'CS', 'CONTAINER'),
    el(0x0040a050, 'CS', 'SEPARATE'),
    sequence(0x0040a043, code('126000', 'DCM', 'Imaging Measurement Report')),
    sequence(
      0x0040a730,
      measured(code('113838', 'DCM', 'CT Dose Length Product Total'), d(dice, 10, 2000), 'mGy.cm'),
      measured(code('410668003', 'SCT', 'Length'), d(dice, 1, 90), 'mm'),
      [
        el(0x0040a010, 'CS', 'CONTAINS'),
        el(0x0040a040, 'CS', 'CODE'),
        sequence(0x0040a043, code('121071', 'DCM', 'Finding')),
        sequence(0x0040a168, code('108369006', 'SCT', 'Tumor')),
      ],
    ),
  ];
}

/** Geometry, window and pixels of an image; [] for what has none. */
export function image(kind: ObjectKind, dice: Dice): Element[] {
  if (['report', 'doseReport', 'structureSet', 'plan', 'presentation', 'ecg'].includes(kind)) return [];
  const size = dice.int(6, 12);
  const place = [
    el(0x00200032, 'DS', [d(dice, -300, 0, 4), d(dice, -300, 0, 4), d(dice, -900, 900, 3)]),
    el(0x00200037, 'DS', ['1', '0', '0', '0', '0.9998477', '-0.0174524']),
  ];
  const spacing = [el(0x00280030, 'DS', ['0.9765625', '0.9765625']), el(0x00180050, 'DS', d(dice, 0.5, 6))];
  const geometry =
    kind === 'enhancedMR'
      ? [
          sequence(0x52009229, [sequence(0x00209116, [place[1]!]), sequence(0x00289110, spacing)]),
          sequence(0x52009230, [
            sequence(0x00209113, [place[0]!]),
            sequence(0x00189117, [el(0x00189087, 'FD', [700])]),
          ]),
        ]
      : [...place, ...spacing];
  return [
    ...geometry,
    el(0x00280002, 'US', [1]),
    el(0x00280004, 'CS', 'MONOCHROME2'),
    el(0x00280008, 'IS', '1'),
    el(0x00280010, 'US', [size]),
    el(0x00280011, 'US', [size]),
    el(0x00280100, 'US', [16]),
    el(0x00280101, 'US', [12]),
    el(0x00280102, 'US', [11]),
    el(0x00280103, 'US', [0]),
    el(0x00281050, 'DS', ['40', '300']),
    el(0x00281051, 'DS', ['400', '2000']),
    el(
      0x7fe00010,
      'OW',
      dice.bytes(size * size * 2).map((byte, i) => (i % 2 ? byte & 0x0f : byte)),
    ),
  ];
}
