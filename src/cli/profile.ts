// cloakroom profile: prints a profile, or makes one of another tool's script, and says what has no equivalent.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { importCtp } from '@/domain/deid/imports/ctp';
import { importCtpPixels, isCtpPixels } from '@/domain/deid/imports/ctpPixels';
import { importDeid } from '@/domain/deid/imports/deid';
import { type Imported, importedProfile } from '@/domain/deid/imports/report';
import { type Profile, profileJsonSchema, writeProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import { knownDevices } from '@/domain/pixels/knownDevices';

const USAGE = `cloakroom profile NAME|FILE.json            print a profile as JSON
  cloakroom profile --import FILE [--lookup FILE]  a profile from an RSNA CTP DicomAnonymizer script (with its look-up
                                                   table), a DicomPixelAnonymizer script or a pydicom/deid recipe; what
                                                   has no equivalent is listed
  cloakroom profile --schema                       the JSON Schema of profiles
`;

/**
 * Runs `cloakroom profile` with the arguments behind its name: the profile goes to standard output, the report to standard error.
 * @param profileOf finds the profile of a name or a .json file
 * @returns the exit status: 0 all was taken over, 1 some of a script has no full equivalent
 */
export async function profileCommand(
  argv: readonly string[],
  profileOf: (name: string) => Promise<Profile>,
): Promise<number> {
  const { values, positionals } = argumentsOf(argv);
  if (values.schema) process.stdout.write(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
  else if (values.import !== undefined) return printImported(await imported(values.import, values.lookup));
  else if (positionals.length === 1) process.stdout.write(writeProfile(await profileOf(positionals[0]!)));
  else throw new DomainError('INVALID', `Say which profile.\n\n  ${USAGE}`);
  return 0;
}

function argumentsOf(argv: readonly string[]) {
  const string = { type: 'string' } as const;
  const options = { import: string, lookup: string, schema: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new DomainError('INVALID', `${error instanceof Error ? error.message.split('. ')[0]! : ''}\n\n  ${USAGE}`);
  }
}

async function imported(script: string, lookup: string | undefined): Promise<Imported> {
  const text = await textOf(script);
  if (isCtpPixels(text)) {
    const { regions, lines } = importCtpPixels(text);
    return { profile: importedProfile('Imported CTP pixel script', [], { regions }), lines };
  }
  if (!/^\uFEFF?\s*</.test(text)) return importDeid(text);
  return importCtp(text, lookup === undefined ? undefined : await textOf(lookup));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new DomainError('INVALID', `The file ${file} cannot be read.`);
  }
}

const MARKS = { whole: ' ', part: '~', none: '-' } as const;

function printImported({ profile, lines }: Imported): number {
  process.stdout.write(writeProfile(profile));
  const open = lines.filter(({ taken }) => taken !== 'whole');
  console.error(
    `${lines.length - open.length} of ${lines.length} lines were taken over as they are; rules made: ${profile.rules.length + profile.regions.length - knownDevices.length}.`,
  );
  if (open.length === 0) return 0;
  console.error('Taken over in part (~), or without equivalent (-); what no rule names is cleaned by PS3.15 Basic:');
  for (const { line, source, taken, words } of open)
    console.error(`${MARKS[taken]} line ${line}: ${source}\n    ${words}`);
  return 1;
}
