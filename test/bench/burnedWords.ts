// What is written into pictures for the bench: names, dates, numbers and places made up anew, and what devices write of their own.

export interface BurnedWords {
  readonly text: string;
  readonly identifying: boolean;
}

/** Numbers 0 <= n < 1. */
type Random = () => number;

const FAMILY_STARTS =
  'Grün Kowal Odds Urru Brack Lind Moritz Szcze Thorn Okon Vander Ishi Balla Quim Ferrei Dubro'.split(' ');
const FAMILY_ENDS = 'wäldt czyk dottir koetxea enridge weiler burg panska by kwo meer kawa rini per ra vnik'.split(' ');
const GIVEN = 'Bożena Anna John Ragnhild Mikel Siobhán Jürgen Aiko Chidi Zoë Ines Walter'.split(' ');
const PLACES = ['Infirmary', 'Hospital', 'General Hospital', 'Klinikum', 'University Clinic', 'Medical Center'];
/** A `#` is a digit other than 0. */
const DEVICE = [
  'L|R|LT|RT|AP|PA|LAT|LONG|SAG|COR|TRANS|LEFT|RIGHT|SUPINE|PRONE|A|P|H|F',
  'Depth 1# cm|Depth #.# cm|# MHz|#.# MHz|MI 0.#|TIS 0.#|TIB: 0.#|Gain 5# %|FR 2# Hz|2# fps|DR 6#|PRF #.# kHz|Zoom 12# %|Freq #.# MHz',
  'kV 120|kV: 100|mA 2##|mAs 1##|W 4## L 4#|WW: 3## WL: 4#|Thk #.# mm|THK # mm|FOV 2## mm|#.# mm|1# cm|CTDIvol 1#.# mGy|DLP 4## mGycm',
  'TR 5## TE 1#|TR 4### ms|TE 9# ms|TI 8## ms|FA #°|FLIP 1#|T1 FLAIR|AX T2|SAG T1|COR STIR|Axial|Sagittal|Coronal|ET 8|NEX 2|BW 1##',
].map((line) => line.split('|'));

/** Seven of ten identify. */
export function burnedWords(random: Random): BurnedWords {
  return random() < 0.7 ? { text: telling(random), identifying: true } : { text: harmless(random), identifying: false };
}

function telling(random: Random): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const digits = (n: number) => String(Math.floor(random() * 10 ** n)).padStart(n, '0');
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, '0');
  const family = pick(FAMILY_STARTS) + pick(FAMILY_ENDS);
  const [day, month, year] = [two(28), two(12), `${pick(['19', '20'])}${digits(2)}`];
  return pick([
    () => `${family}, ${pick(GIVEN)}`,
    () => `${family}^${pick(GIVEN)}`.toUpperCase(),
    () => `${pick(GIVEN)} ${family}`,
    () => `${family} ${pick(GIVEN)[0]}`,
    () => `Dr. ${family}`,
    () => `${day}/${month}/${year}`,
    () => `${year}-${month}-${day}`,
    () => `${day}.${month}.${year}`,
    () => `ID: ${digits(7)}`,
    () => `MRN${digits(6)}`,
    () => `Acc ${digits(8)}`,
    () => `St. ${family} ${pick(PLACES)}`,
  ])();
}

function harmless(random: Random): string {
  const group = DEVICE[Math.floor(random() * DEVICE.length)]!;
  const form = group[Math.floor(random() * group.length)]!;
  return form.replaceAll('#', () => String(1 + Math.floor(random() * 9)));
}
