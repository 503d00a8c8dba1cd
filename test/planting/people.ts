// Invented persons in the scripts that DICOM knows, and the ways in which their names get written.
import { CLINICAL, type Dice } from './dice';
import { piecesOf, type Secret, words } from './secret';

export interface Person {
  readonly family: string;
  readonly given: string;
  /** Ideographic and phonetic groups, or a transliteration, with `=` in front; '' for none. */
  readonly groups: string;
  /** Other spellings that people use for it: [family, given]. */
  readonly also: readonly (readonly [string, string])[];
}

interface Script {
  /** Terms of (0008,0005) that can hold such names. */
  readonly charsets: readonly (readonly string[])[];
  readonly people: readonly Person[];
}

const UTF8 = ['ISO_IR 192'];
const GB = ['GB18030'];
type Also = readonly [string, string];
const person = (family: string, given: string, groups = '', ...also: Also[]): Person => ({
  family,
  given,
  groups,
  also,
});

const SCRIPTS: Readonly<Record<string, Script>> = {
  western: {
    charsets: [['ISO_IR 100'], UTF8, GB, ['', 'ISO 2022 IR 100']],
    people: [
      person('Grünwäldt', 'Jörg', '', ['Gruenwaeldt', 'Joerg'], ['Grunwaldt', 'Jorg']),
      person('Weißhäupl', 'Käthe', '', ['Weisshaeupl', 'Kaethe'], ['Weisshaupl', 'Kathe']),
      person('Sørbråten', 'Åshild', '', ['Sorbraten', 'Ashild'], ['Soerbraaten', 'Aashild']),
      person('Þorláksdóttir', 'Ragnheiður', '', ['Thorlaksdottir', 'Ragnheidur']),
      person("O'Quillan", 'Siobhán', '', ['OQuillan', 'Siobhan']),
      person('Étienne-Lefèvreux', 'Séverine', '', ['Etienne-Lefevreux', 'Severine']),
    ],
  },
  central: {
    charsets: [['ISO_IR 101'], UTF8],
    people: [
      person('Kowałczyk', 'Bożena', '', ['Kowalczyk', 'Bozena']),
      person('Żelaskowa', 'Wojciech', '', ['Zelaskowa', 'Wojciech']),
      person('Dvořáčková', 'Ludmiła', '', ['Dvorackova', 'Ludmila']),
      person('Đurđević', 'Želimir', '', ['Durdevic', 'Zelimir'], ['Djurdjevic', 'Zelimir']),
    ],
  },
  cyrillic: {
    charsets: [['ISO_IR 144'], UTF8],
    people: [
      person('Люкceмбург'.replace('c', 'с').replace('e', 'е'), 'Аркадий', '', ['Lyuksemburg', 'Arkadiy']),
      person('Пшеничникова', 'Ксения', '', ['Pshenichnikova', 'Kseniya']),
      person('Жаворонков', 'Щербак', '', ['Zhavoronkov', 'Shcherbak']),
    ],
  },
  greek: {
    charsets: [['ISO_IR 126'], UTF8],
    people: [
      person('Παπαδιαμάντης', 'Διονύσιος', '', ['Papadiamantis', 'Dionysios']),
      person('Καραγιάννη', 'Ευθυμία', '', ['Karagianni', 'Efthymia']),
    ],
  },
  arabic: { charsets: [['ISO_IR 127'], UTF8], people: [person('قباني', 'لنزار'), person('الخوارزمي', 'محمد')] },
  hebrew: { charsets: [['ISO_IR 138'], UTF8], people: [person('שרוןסקי', 'דבורה'), person('אברבנאל', 'יצחק')] },
  thai: { charsets: [['ISO_IR 166'], UTF8], people: [person('ชัยวัฒน์', 'สมชาย'), person('วงศ์สวัสดิ์', 'พิมพ์ใจ')] },
  japanese: {
    charsets: [['', 'ISO 2022 IR 87'], UTF8, ['ISO 2022 IR 13', 'ISO 2022 IR 87']],
    people: [
      person('Yamazakura', 'Tarouji', '=山櫻^太郎次=やまざくら^たろうじ', ['Yamazakura', 'Taroji']),
      person('Kobayashimaru', 'Hanae', '=小林丸^花枝=こばやしまる^はなえ'),
    ],
  },
  korean: {
    charsets: [['', 'ISO 2022 IR 149'], UTF8],
    people: [person('Gimyeon', 'Huijung', '=김연^희중=김연^희중'), person('Namgung', 'Dolswe', '=남궁^돌쇠=남궁^돌쇠')],
  },
  chinese: {
    charsets: [GB, UTF8, ['', 'ISO 2022 IR 58']],
    people: [person('Ouyangxu', 'Xiaodong', '=欧阳旭^小东='), person('Zhugeming', 'Lihua', '=诸葛明^丽华=')],
  },
};

/** Names that are words of clinical texts too, so that only knowing them or what stands beside them tells. */
const AMBIGUOUS_FAMILIES = [
  'Long',
  'Head',
  'Short',
  'Hand',
  'Foot',
  'Bone',
  'Stone',
  'Field',
  'Small',
  'Cross',
  'Hill',
];
const PLAIN_GIVEN = ['Peter', 'Ottoline', 'Zebedee', 'Wilhelmina', 'Cornelius', 'Grace', 'Mark', 'Faith', 'Will'];
const SHORT_FAMILIES = ['Ng', 'Wu', 'Oh', 'An', 'Ma', 'Le', 'Do'];

/** A script's name, its character sets, and who is written in it. */
export function scriptOf(dice: Dice): { readonly charsets: readonly string[]; readonly make: () => Person } {
  const script = SCRIPTS[dice.pick(Object.keys(SCRIPTS))]!;
  return {
    charsets: dice.pick(script.charsets),
    make: () => (dice.chance(0.5) ? dice.pick(script.people) : plainPerson(dice)),
  };
}

/** A person whose name every character set can hold. */
export function plainPerson(dice: Dice): Person {
  const kind = dice.int(0, 9);
  if (kind === 0) return person(dice.pick(AMBIGUOUS_FAMILIES), dice.pick(PLAIN_GIVEN));
  if (kind === 1) return person(dice.pick(SHORT_FAMILIES), dice.word());
  const family = kind === 2 ? `${dice.word()}-${dice.word()}` : dice.word();
  return person(family, dice.chance(0.5) ? dice.word() : dice.pick(PLAIN_GIVEN));
}

/** Whether a part of a name may stand in a file without telling anything. */
const isAmbiguous = (part: string) => part.length < 4 || CLINICAL.has(part.toLowerCase());

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

/** What must not be found of a person. */
function needlesOf({ family, given, groups, also }: Person): string[] {
  const parts = [family, given, ...also.flat(), ...groups.split(/[=^]/)];
  const all = parts.flatMap((part) => [part, plain(part)]).flatMap(piecesOf);
  return [...new Set(all)].filter((part) => !CLINICAL.has(part.toLowerCase()));
}

type Style = (family: string, given: string) => string;
const STYLES: readonly Style[] = [
  (f, g) => `${f}^${g}`,
  (f, g) => `${g} ${f}`,
  (f, g) => `${f}, ${g}`,
  (f, g) => `${f}_${g}`.toLowerCase(),
  (f, g) => `${g} ${f}`.toUpperCase(),
  (f, g) => `${g}^${f}^^Dr`,
  (f) => `Dr. ${f}`,
  (f) => `Mrs ${f}`,
  (f, g) => `${initial(g)}. ${f}`,
  (f, g) => `${f} ${initial(g)}.`,
  (f, g) => `Mr ${initial(g)} ${f}`,
  (f, g) => `${f}${g}`,
  (f, g) => plain(`${g} ${f}`),
  (f, g) => `${g} ${f}`.normalize('NFD'),
];
const initial = (name: string) => [...name][0]!;

/** A person's name as somebody would write it in a text. */
export function writtenName(who: Person, dice: Dice): Secret {
  const [family, given] = dice.pick<readonly [string, string]>([[who.family, who.given], ...who.also]);
  const groups = who.groups.split('=').filter((group) => group !== '');
  const text =
    groups.length > 0 && dice.chance(0.3)
      ? dice.pick(groups).replace('^', dice.pick(['', ' ', '^']))
      : dice.pick(STYLES)(family, given);
  return nameSecret(who, text);
}

/** Initials: harmless letters on their own, a person's where its name is known. */
export function initialsOf({ family, given }: Person, dice: Dice): Secret {
  const letters = [initial(plain(given)), initial(plain(family))].map((letter) => letter.toUpperCase());
  const text = `${letters.join(dice.pick(['.', '. ']))}.`;
  return { kind: 'A', text, needles: [], gone: new RegExp(`(?<!\\p{L})${letters.join('[. ]{1,2}')}`, 'iu') };
}

/** The name as VR PN writes it, with its groups. */
export function personName(who: Person, dice: Dice): Secret {
  const more = dice.pick(['', '', `^${who.given}`, '^^Dr', '^^^MD']);
  return nameSecret(who, `${who.family}^${who.given}${more}${who.groups}`);
}

function nameSecret(who: Person, text: string): Secret {
  const vague = [who.family, who.given].filter(isAmbiguous);
  return { kind: 'A', text, needles: needlesOf(who), ...(vague.length > 0 ? { gone: words(...vague) } : {}) };
}
