// Every version there has been: who made it, when, whether it was tried first, and what it changed.
import Link from 'next/link';
import { presets } from '@/domain/deid/presets';
import type { ProfileVersion } from '@/server/profiles';
import { ButtonLink } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { Table, Td } from '../../../components/Table';
import { Time } from '../../../components/Time';

const columns = [
  { label: 'Version', width: '8rem' },
  { label: 'Profile' },
  { label: 'Made by' },
  { label: 'Made' },
  { label: 'Tried first' },
  { label: 'Used in', align: 'right' },
  { label: '', align: 'right' },
] as const;

interface VersionsProps {
  slug: string;
  versions: readonly ProfileVersion[];
  mayTry: boolean;
}

export function Versions({ slug, versions, mayTry }: VersionsProps) {
  const here = `/projects/${slug}/profile`;
  return (
    <Card
      title="Versions"
      flush
      actions={
        versions.length > 1 && (
          <ButtonLink size="small" href={`${here}/compare`}>
            Compare two versions
          </ButtonLink>
        )
      }
    >
      <Table caption="Versions of the profile, newest first" columns={columns}>
        {versions.map((version, index) => (
          <tr key={version.id}>
            <Td>
              {version.version} {index === 0 && <span className="text-muted">(in use)</span>}
            </Td>
            <Td>{version.preset === 'own' ? version.profile.name : presets[version.preset].title}</Td>
            <Td>{version.createdBy}</Td>
            <Td>
              <Time iso={version.createdAt} />
            </Td>
            <Td>
              <Tried version={version} href={mayTry ? `${here}/dry-runs/${version.dryRunId}` : null} />
            </Td>
            <Td align="right">{version.runs === 1 ? '1 run' : `${version.runs.toLocaleString('en')} runs`}</Td>
            <Td align="right">
              {version.version > 1 && (
                <Link
                  href={`${here}/compare?from=${version.version - 1}&to=${version.version}`}
                  className="text-accent underline"
                >
                  What changed
                </Link>
              )}
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Tried({ version, href }: { version: ProfileVersion; href: string | null }) {
  if (version.dryRunId === null) return <span className="text-muted">no</span>;
  if (href === null) return 'yes';
  return (
    <Link href={href} className="text-accent underline">
      yes, on scans
    </Link>
  );
}
