// A whole invented subject: identifiers of all 18 kinds, and the ways in which each gets written.
import type { Dice } from './dice';
import { initialsOf, type Person, personName, plainPerson, scriptOf, writtenName } from './people';
import { type Kind, piecesOf, type Secret, words } from './secret';

export interface Subject {
  readonly charsets: readonly string[];
  readonly person: Person;
  readonly doctors: readonly Person[];
  readonly mrn: string;
  readonly accession: string;
  readonly studyId: string;
  /** DA. */
  readonly birthDate: string;
  /** DA of the study; other dates lie around it. */
  readonly studyDate: string;
  readonly age: string;
  readonly uidRoot: string;
  readonly institution: string;
  readonly address: string;
  readonly telephone: string;
  readonly station: string;
  readonly serial: string;
  readonly aeTitle: string;
}

const two = (n: number) => String(n).padStart(2, '0');

function dateIn(dice: Dice, from: number, to: number): string {
  return `${dice.int(from, to)}${two(dice.int(1, 12))}${two(dice.int(1, 28))}`;
}

/** Somebody who is nobody. */
export function makeSubject(dice: Dice): Subject {
  const script = scriptOf(dice);
  const town = dice.word();
  return {
    charsets: script.charsets,
    person: script.make(),
    doctors: Array.from({ length: 4 }, script.make),
    mrn: dice.pick([dice.digits(8), `${dice.capitals(2)}${dice.digits(6)}`, `MRN-${dice.digits(7)}`]),
    accession: dice.pick([`A${dice.digits(9)}`, `${dice.capitals(3)}${dice.digits(7)}`]),
    studyId: `ST${dice.digits(6)}`,
    birthDate: dateIn(dice, 1915, 1990),
    studyDate: dateIn(dice, 2001, 2024),
    age: `0${dice.int(20, 88)}Y`,
    uidRoot: `1.2.826.0.1.3680043.9.${dice.digits(6)}.${dice.digits(9)}`,
    institution: `${town} ${dice.pick(['General Infirmary', 'Klinikum', 'Hospital', 'Medical Center'])}`,
    address: `${dice.int(11, 99)} ${dice.word()} ${dice.pick(['Lane', 'Street', 'Road', 'Weg'])}, ${dice.digits(5)} ${town}`,
    telephone: `+${dice.int(20, 59)} ${dice.digits(3)} ${dice.digits(7)}`,
    station: `SCN${dice.digits(4)}${dice.capitals(2)}`,
    serial: dice.digits(7),
    aeTitle: `AE_${dice.digits(5)}_${dice.capitals(3)}`,
  };
}

const plainOf = (kind: Kind, text: string, ...needles: string[]): Secret => ({
  kind,
  text,
  needles: [...new Set([text, ...needles, ...piecesOf(text).filter(isRareNumber)])],
  gone: words(...piecesOf(text).filter((piece) => /\d{4}/.test(piece))),
});

/** Long enough not to stand in a measurement by chance. */
const isRareNumber = (piece: string) => /^\d{7,}$/.test(piece) || (/\d{4}/.test(piece) && /^\D/.test(piece));

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const MOIS = 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' ');
const MONATE = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ');

/** A date as people write it in texts. `gone` names the parts that would tell the day. */
function writtenDate(date: string, dice: Dice): Secret {
  const [y, m, d] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
  const month = Number(m) - 1;
  const name = dice.pick([MONTHS, MONATE, MOIS])[month]!;
  const short = `${d}.${m}.${y.slice(2)}`;
  const text = dice.pick([
    date,
    `${y}-${m}-${d}`,
    `${d}.${m}.${y}`,
    `${m}/${d}/${y}`,
    `${d}-${MONTHS[month]}-${y}`,
    `${Number(d)} ${name} ${y}`,
    `${MONTHS[month]} ${Number(d)}, ${y}`,
    `${MONTHS[month]} ${Number(d)}th ${y}`,
    `${y}年${Number(m)}月${Number(d)}日`,
    `${y}${m}${d}T101530`,
    short,
    `${Number(m)}/${Number(d)}/${y.slice(2)}`,
  ]);
  const day = new RegExp(`${y}|${name}|${MONTHS[month]}(?![a-z])|${d}.${m}.|(?<!\\d)${Number(m)}/${Number(d)}/`, 'i');
  return { kind: 'C', text, needles: text.length >= 10 || text === date ? [text] : [], gone: day };
}

/** An age over 89 in words. */
function writtenAge(dice: Dice): Secret {
  const age = dice.int(90, 104);
  const text = dice.pick([
    `${age} yo`,
    `${age}y`,
    `${age} years old`,
    `age ${age}`,
    `aged ${age}`,
    `${age}-year-old`,
    `${age} J.`,
    `0${age}Y`,
  ]);
  return { kind: 'C', text, needles: [], gone: new RegExp(`(?<!\\d)0?${age}(?!\\d)`) };
}

/** Something of a subject, of any of the 18 kinds, as it might stand in a text. */
export function anySecret(subject: Subject, dice: Dice): Secret {
  const kind = dice.pick([...'AAAAABCCCCDEFGHHIJKLMNOPQRR'] as Kind[]);
  const maker = MAKERS[kind];
  return maker(subject, dice);
}

/** Identifiers that nothing in the file announces. */
const MAKERS: Readonly<Record<Kind, (subject: Subject, dice: Dice) => Secret>> = {
  A: ({ person, doctors }, dice) => {
    if (dice.chance(0.1)) return initialsOf(person, dice);
    return writtenName(dice.pick([person, person, ...doctors, plainStranger(dice)]), dice);
  },
  B: ({ address, institution }, dice) => {
    const [street = '', town = ''] = dice
      .pick([address, `${dice.int(11, 99)} ${dice.word()} Lane, ${dice.digits(5)} ${dice.word()}`])
      .split(', ');
    const telling = [...street.split(' ').slice(1, 2), ...town.split(' ').slice(1)];
    return dice.chance(0.3)
      ? { kind: 'B', text: institution, needles: institution.split(' ').slice(0, 1) }
      : { kind: 'B', text: `${street}, ${town}`, needles: telling };
  },
  C: ({ birthDate, studyDate }, dice) =>
    dice.chance(0.2)
      ? writtenAge(dice)
      : writtenDate(dice.pick([birthDate, studyDate, dateIn(dice, 1950, 2020)]), dice),
  D: ({ telephone }, dice) =>
    plainOf(
      'D',
      dice.pick([
        telephone,
        `(0${dice.digits(3)}) ${dice.digits(6)}`,
        `${dice.digits(3)}-${dice.digits(4)}`,
        `tel ${dice.digits(3)} ${dice.digits(3)} ${dice.digits(4)}`,
      ]),
    ),
  E: (_, dice) => plainOf('E', `Fax +${dice.digits(2)}-${dice.digits(3)}-${dice.digits(6)}`),
  F: (_, dice) => {
    const [name, host] = [dice.word(), dice.word()];
    return { kind: 'F', text: `${name}.${host}@${host}.example`.toLowerCase(), needles: [name, host] };
  },
  G: (_, dice) => plainOf('G', `${dice.digits(3)}-${dice.digits(2)}-${dice.digits(4)}`),
  H: ({ mrn }, dice) => plainOf('H', dice.pick([mrn, mrn, `H${dice.digits(7)}`]), mrn),
  I: (_, dice) => plainOf('I', `${dice.capitals(3)} ${dice.digits(9)}`),
  J: (_, dice) =>
    plainOf(
      'J',
      dice.pick([
        `ACCT ${dice.digits(8)}`,
        `DE${dice.digits(2)} ${dice.digits(4)} ${dice.digits(4)} ${dice.digits(4)}`,
      ]),
    ),
  K: (_, dice) => plainOf('K', `LIC-${dice.capitals(2)}${dice.digits(6)}`),
  L: (_, dice) =>
    plainOf(
      'L',
      dice.pick([
        `${dice.capitals(2)}-${dice.capitals(2)} ${dice.digits(4)}`,
        `VIN W${dice.capitals(2)}${dice.digits(6)}${dice.capitals(2)}${dice.digits(6)}`,
      ]),
    ),
  M: ({ serial, station }, dice) =>
    plainOf('M', dice.pick([`SN${serial}`, station, `S/N ${dice.capitals(2)}${dice.digits(7)}`])),
  N: (_, dice) => {
    const host = dice.word().toLowerCase();
    return {
      kind: 'N',
      text: dice.pick([`https://www.${host}.example/p?id=${dice.digits(7)}`, `www.${host}.example`]),
      needles: [host],
    };
  },
  O: (_, dice) => plainOf('O', `${dice.int(11, 99)}.${dice.int(100, 250)}.${dice.int(100, 250)}.${dice.int(10, 250)}`),
  P: (_, dice) => plainOf('P', `FP:${dice.capitals(4)}${dice.digits(12)}`),
  Q: ({ person }, dice) => {
    const name = writtenName(person, dice);
    return { ...name, kind: 'Q', text: `portrait_${name.text}.jpg` };
  },
  R: ({ accession, studyId, uidRoot }, dice) =>
    plainOf(
      'R',
      dice.pick([
        accession,
        studyId,
        `${uidRoot}.77`,
        `urn:uuid:${dice.digits(8)}-${dice.digits(4)}-4${dice.digits(3)}-${dice.digits(12)}`,
      ]),
    ),
};

function plainStranger(dice: Dice): Person {
  return plainPerson(dice);
}

/** A name as VR PN writes it: the patient's, a doctor's, a stranger's. */
export function anyPersonName(subject: Subject, dice: Dice): Secret {
  return personName(dice.pick([subject.person, ...subject.doctors, plainPerson(dice)]), dice);
}

/** A clinical sentence around a secret; `left` are the words that should stay. */
export function sentence(secret: Secret, dice: Dice): { readonly text: string; readonly left: readonly string[] } {
  const before = dice.pick([
    'MRI brain',
    'CT abdomen',
    'axial thin',
    'T1 sagittal',
    'left knee',
    'chest',
    'post contrast',
    'Routine',
  ]);
  const after = dice.pick(['', '', 'follow up', 'without contrast', 'normal']);
  const text = [before, dice.pick(['', 'for', '-', 'of', 'by']), secret.text, after]
    .filter((part) => part !== '')
    .join(' ');
  return { text, left: before.split(' ') };
}
