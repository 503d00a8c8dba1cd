// The files at the top of a released dataset (BIDS 1.10.0, "Modality agnostic files"), as text made of plain values.
import { type BidsKind, bidsIgnore } from './bids';

const BIDS_VERSION = '1.10.0';

export interface Participant {
  readonly code: string;
  /** As the profile left them; null where it left nothing. */
  readonly sex: 'M' | 'F' | 'O' | null;
  /** Years. */
  readonly age: number | null;
}
export interface DatasetFacts {
  readonly name: string;
  readonly description: string;
  /** The release's number, '1', or the version of a folder run. */
  readonly version: string;
  readonly title: string;
  readonly notes: string;
  /** YYYY-MM-DD: the day of publication. */
  readonly date: string;
  readonly license: string;
  readonly softwareVersion: string;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly profile: string;
  /** Series whose DICOM is in sourcedata/. */
  readonly dicomSeries: number;
}
export interface TopFile {
  readonly path: string;
  readonly text: string;
}

/** dataset_description.json, README, CHANGES, LICENSE, participants.tsv/json and .bidsignore. */
export function topFiles(
  facts: DatasetFacts,
  participants: readonly Participant[],
  kinds: readonly BidsKind[],
): TopFile[] {
  return [
    { path: 'dataset_description.json', text: json(description(facts)) },
    { path: 'README', text: readme(facts, kinds) },
    { path: 'CHANGES', text: changes(facts) },
    { path: 'LICENSE', text: license(facts.license) },
    { path: 'participants.tsv', text: participantsTsv(participants) },
    { path: 'participants.json', text: json(PARTICIPANTS) },
    { path: '.bidsignore', text: bidsIgnore(kinds) },
  ];
}

/** The same texts without anything a person wrote: what stands there is ours, or as the profile left it. */
export function fixedWords(
  facts: DatasetFacts,
  participants: readonly Participant[],
  kinds: readonly BidsKind[],
): string {
  const ours = { ...facts, name: '', description: '', title: '', notes: '', license: '', profile: '' };
  return topFiles(ours, participants, kinds)
    .map((file) => file.text)
    .join('\n');
}

function description(facts: DatasetFacts): Record<string, unknown> {
  return {
    Name: facts.name,
    BIDSVersion: BIDS_VERSION,
    DatasetType: 'raw',
    License: facts.license,
    GeneratedBy: [
      {
        Name: 'Cloakroom',
        Version: facts.softwareVersion,
        Description: `De-identified with the profile "${facts.profile}"; faces removed with model ${facts.modelVersion} (SHA-256 ${facts.modelHash}).`,
      },
    ],
  };
}

function readme(facts: DatasetFacts, kinds: readonly BidsKind[]): string {
  const odd = [...new Set(kinds.filter((k) => !k.standard).map((k) => k.folder))].sort();
  const lines = [
    `# ${facts.name}`,
    '',
    facts.title === '' ? `Version ${facts.version}` : `Version ${facts.version}: ${facts.title}`,
    '',
    ...(facts.description === '' ? [] : [facts.description, '']),
    'Subject codes are pseudonyms. Dates were removed or moved, identifiers replaced, and the faces of head scans removed.',
    'Do not try to find out who anybody in this dataset is.',
    '',
    'The layout is BIDS (bids-specification.readthedocs.io). Every file and its SHA-256 is listed in manifest-sha256.txt;',
    'check them with: sha256sum -c manifest-sha256.txt',
    ...(facts.dicomSeries === 0
      ? []
      : [
          '',
          `sourcedata/ holds the de-identified DICOM images of ${facts.dicomSeries} of the series. The faces of head scans were removed from them`,
          'as from the volumes. Series whose images could not be rewritten without loss are not there.',
        ]),
    ...(odd.length === 0
      ? []
      : [
          '',
          `BIDS has no names for what is in the folders ${odd.map((f) => `${f}/`).join(', ')}; they are listed in .bidsignore.`,
        ]),
    '',
  ];
  return lines.join('\n');
}

/** CPAN changelog, newest version first, as BIDS asks. */
function changes(facts: DatasetFacts): string {
  const notes = [facts.title, ...facts.notes.split('\n')].map((line) => line.trim()).filter((line) => line !== '');
  const bullets = notes.length === 0 ? ['Published.'] : notes;
  return `${facts.version} ${facts.date}\n${bullets.map((line) => `  - ${line}\n`).join('')}`;
}

function license(name: string): string {
  return `${name}\n\nThis dataset is provided under the licence named above and the data use agreement accepted when it was requested.\n`;
}

const PARTICIPANTS = {
  participant_id: { Description: 'Pseudonym of the subject' },
  sex: { Description: 'Sex as recorded, where the profile keeps it', Levels: { M: 'male', F: 'female', O: 'other' } },
  age: { Description: 'Age at the first scan, where the profile keeps it', Units: 'years' },
};

function participantsTsv(participants: readonly Participant[]): string {
  const rows = [...participants]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((p) => [p.code, p.sex ?? 'n/a', p.age ?? 'n/a']);
  return [['participant_id', 'sex', 'age'], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

/** Age in whole years from a DICOM AS value (PS3.5 6.2: nnnD, nnnW, nnnM, nnnY); null when it is none. */
export function ageInYears(value: string | null): number | null {
  const match = /^(\d{3})([DWMY])$/.exec(value?.trim() ?? '');
  if (match === null) return null;
  const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[match[2] as 'D' | 'W' | 'M' | 'Y'];
  return Math.floor(Number(match[1]) / perYear);
}

/** Patient's Sex (0010,0040) as BIDS writes it. */
export function sexOf(value: string | null): Participant['sex'] {
  return value === 'M' || value === 'F' || value === 'O' ? value : null;
}

/** Lines of manifest-sha256.txt, in path order, as `sha256sum -c` reads them. */
export function manifest(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  return [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => `${file.sha256}  ${file.path}\n`)
    .join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
