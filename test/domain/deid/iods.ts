// Five kinds of objects, and the type (PS3.3) of every attribute with a compound code in them: X for type 3, Z for type 2,
// D (or U where the table offers it) for type 1. Written down from the modules of the standard.
import type { Element } from '@/domain/dicom/dataset';
import { el, sequence } from './build';

export interface Iod {
  readonly elements: readonly Element[];
  readonly kind: 'image' | 'enhanced' | 'pet' | 'plan' | 'mammo' | 'report' | 'unknown';
  readonly report: boolean;
}

const CLASS = '1.2.840.10008.5.1.4.1.1.';
const of = (kind: Iod['kind'], classUid: string, modality: string, more: readonly Element[] = []): Iod => ({
  kind,
  report: kind === 'report',
  elements: [el(0x00080016, 'UI', classUid), el(0x00080060, 'CS', modality), ...more],
});

export const IODS: Readonly<Record<string, Iod>> = {
  'an MR image': of('image', `${CLASS}4`, 'MR'),
  'an enhanced MR image': of('enhanced', `${CLASS}4.1`, 'MR', [
    sequence(0x52009229, [el(0x00180081, 'DS', '3')]),
    sequence(0x52009230, [el(0x00180082, 'DS', '4')]),
  ]),
  'a PET image': of('pet', `${CLASS}128`, 'PT'),
  'a radiotherapy plan': of('plan', `${CLASS}481.5`, 'RTPLAN'),
  'a mammogram': of('mammo', `${CLASS}1.2`, 'MG'),
  'a structured report': of('report', `${CLASS}88.33`, 'SR', [
    el(0x0040a040, 'CS', 'CONTAINER'),
    sequence(0x0040a730, [el(0x0040a040, 'CS', 'NUM')]),
  ]),
  'an object of an unknown class': of('unknown', '1.2.826.0.1.3680043.9.9999.1', 'OT'),
};

type Kind = Iod['kind'];
/** The letter by kind; `otherwise` for those that are not named. In an unknown class the strongest of the code. */
const typed =
  (otherwise: string, unknown: string, by: Partial<Record<Kind, string>> = {}) =>
  ({ kind }: Iod): string =>
    kind === 'unknown' ? unknown : (by[kind] ?? otherwise);

/** By tag of the rows with a compound code. */
export const COMPOUND: Readonly<Record<number, (iod: Iod) => string>> = {
  524306: typed('X', 'D'),
  524307: typed('X', 'D'),
  524321: typed('X', 'D', { pet: 'D' }),
  524322: typed('X', 'Z', { pet: 'Z', enhanced: 'Z' }),
  524323: typed('Z', 'D', { enhanced: 'D', report: 'D' }),
  524330: typed('X', 'D', { enhanced: 'D' }),
  524337: typed('X', 'D', { pet: 'D' }),
  524338: typed('X', 'Z', { pet: 'Z', enhanced: 'Z' }),
  524339: typed('Z', 'D', { enhanced: 'D', report: 'D' }),
  524416: typed('X', 'D'),
  524418: typed('X', 'Z'),
  528400: typed('X', 'D'),
  528496: typed('X', 'D', { plan: 'Z' }),
  528498: typed('X', 'X'),
  528656: typed('X', 'Z'),
  528657: typed('X', 'Z', { report: 'Z', enhanced: 'U' }),
  528704: typed('U', 'U'),
  532754: typed('U', 'U'),
  1048608: typed('D', 'D'),
  1057283: typed('Z', 'Z'),
  1572880: typed('Z', 'D'),
  1576960: typed('X', 'D', { enhanced: 'D' }),
  1577008: typed('X', 'D', { enhanced: 'D' }),
  1577984: typed('X', 'D', { mammo: 'D' }),
  1601546: typed('X', 'D', { mammo: 'D' }),
  1601548: typed('X', 'D', { mammo: 'D' }),
  1601550: typed('X', 'D', { mammo: 'D' }),
  1611030: typed('X', 'D', { enhanced: 'D' }),
  1611031: typed('X', 'D', { enhanced: 'D' }),
  1612057: typed('D', 'D'),
  3280992: typed('X', 'Z'),
  4195669: typed('X', 'Z', { enhanced: 'Z', mammo: 'Z' }),
  4235314: typed('X', 'D'),
  7340164: typed('Z', 'D'),
  570425346: typed('X', 'Z'),
  570425349: typed('X', 'Z'),
  805830740: typed('D', 'D'),
  805830742: typed('D', 'D'),
  805830917: typed('Z', 'Z'),
  805831248: typed('D', 'D'),
  805831249: typed('D', 'D'),
  805961734: typed('D', 'D'),
  805961735: typed('D', 'D'),
  805961906: typed('Z', 'Z'),
  806223880: typed('Z', 'Z'),
  806355020: typed('X', 'D'),
  806355021: typed('X', 'D'),
  806355030: typed('X', 'D'),
  806355063: typed('D', 'D'),
};
