// The command line as a value: which command, over what, with which options. Nothing here touches the disk.
import { parseArgs } from 'node:util';
import { DomainError } from '@/domain/errors';

export interface FolderCommand {
  readonly name: 'deidentify' | 'convert' | 'run';
  readonly input: string;
  readonly out: string;
  readonly profile: string;
  readonly key: string | null;
  readonly crosswalk: string | null;
  readonly report: string | null;
}
export interface DefaceCommand {
  readonly name: 'deface';
  readonly input: string;
  readonly out: string;
  /** A person's answer to whether this is a head; null lets the image decide. */
  readonly head: 'head' | 'notHead' | null;
  /** A mask that a person drew, in the place of the network's. */
  readonly mask: string | null;
  readonly report: string | null;
}
export type Command = FolderCommand | DefaceCommand | { readonly name: 'help' } | { readonly name: 'version' };

export const HELP = `Cloakroom: share medical images for research while the identities stay at the door.

Usage
  cloakroom deidentify IN --out OUT    clean the DICOM headers, keep the files DICOM
  cloakroom convert IN --out OUT       convert to NIfTI with a sidecar; header and sidecar hold nothing of a person
  cloakroom deface FILE --out FILE     remove the face from one NIfTI head volume
  cloakroom run IN --out OUT           all of it: a BIDS dataset, heads without faces
  cloakroom profile NAME               print a profile; with --import FILE, make one of a CTP script or a deid recipe
  cloakroom metadata IN --out FILE     the headers of (cleaned) DICOM files as a table, FILE.csv or FILE.xlsx
  cloakroom audit verify               check the chain of audit events of this clone's server, or of DATABASE_URL's

IN is a folder, a ZIP archive or one file: DICOM (any name, with or without preamble) or NIfTI. OUT must be new or empty, and outside of IN.
What cannot be treated safely is left out and listed on the screen; nothing of IN's paths or values is in the names in OUT.

Options
  --profile NAME|FILE.json   basic, research (default), hipaa, limited, pipeda, or a profile of your own
  --key FILE                 the project's secret; made when absent. The same key gives the same codes, UIDs and dates again;
                             without it a new secret is used once and forgotten
  --crosswalk FILE.csv       writes which original UID became which (attribute,original,replacement). Identifying: keep it as
                             safe as the originals. Must not be inside OUT
  --report FILE.json         counts by action and reason, and what was left out, by running number; never a value
  --head yes|no              deface only: your answer where the image leaves doubt whether this is a head
  --mask MASK.nii.gz         deface only: remove what this mask marks (not 0) instead of what the model finds. It must lie on the same voxels
                             as FILE; the brain and its margin stay whatever it marks
  --by value|series|instance metadata only: one row a distinct value of an attribute (default), a series or an instance
  --help, --version

Exit status
  0  all done
  1  some was left out: quarantined, odd slice geometry, or a head that a person must look at (all are listed)
  2  could not run: bad arguments, OUT not empty or inside IN, disk full
`;

const COMMANDS = ['deidentify', 'convert', 'deface', 'run'] as const;

/**
 * Reads the arguments after the program's name.
 * @throws DomainError INVALID in plain words
 */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true || positionals[0] === 'help') return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  const [name, input, ...rest] = positionals;
  if (name === undefined) throw invalid('Say what to do: deidentify, convert, deface, run or metadata.');
  const command = COMMANDS.find((known) => known === name);
  if (command === undefined)
    throw invalid('There is no such command. There are: deidentify, convert, deface, run and metadata.');
  if (input === undefined) throw invalid(`Say what to work on: cloakroom ${command} IN --out OUT`);
  if (rest.length > 0) throw invalid('Name one input only. Put a name with blanks in quotes.');
  if (values.out === undefined) throw invalid(`Say where the result goes: cloakroom ${command} IN --out OUT`);
  const shared = { input, out: values.out, report: values.report ?? null };
  if (command === 'deface') {
    if (values.key !== undefined || values.crosswalk !== undefined || values.profile !== undefined) {
      throw invalid('deface takes only --out, --head, --mask and --report: it changes voxels, not names.');
    }
    if (values.head !== undefined && values.mask !== undefined)
      throw invalid('A mask says that this is a head: leave --head away.');
    return { name: command, ...shared, head: headAnswer(values.head), mask: values.mask ?? null };
  }
  if (values.head !== undefined || values.mask !== undefined)
    throw invalid('--head and --mask are options of deface only.');
  return {
    name: command,
    ...shared,
    profile: values.profile ?? 'research',
    key: values.key ?? null,
    crosswalk: values.crosswalk ?? null,
  };
}

function headAnswer(text: string | undefined): DefaceCommand['head'] {
  if (text === undefined) return null;
  if (text === 'yes') return 'head';
  if (text === 'no') return 'notHead';
  throw invalid('--head is yes or no.');
}

function parse(argv: readonly string[]) {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  const options = {
    out: string,
    profile: string,
    key: string,
    crosswalk: string,
    report: string,
    head: string,
    mask: string,
    help: { ...boolean, short: 'h' },
    version: boolean,
  };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw invalid(error instanceof Error ? error.message.split('. ')[0]! : 'The arguments could not be read.');
  }
}

function invalid(message: string): DomainError {
  return new DomainError('INVALID', message);
}
