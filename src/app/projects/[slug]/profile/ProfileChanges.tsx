// How two profiles differ: switches, rules, and the attributes that something else happens to.
import { optionWords } from '@/domain/deid/presets';
import type { Profile } from '@/domain/deid/profile';
import { profileDiff } from '@/domain/deid/profileDiff';
import { Table, Td } from '../../../components/Table';
import { effectWords, isLeft, whyWords } from './affectedWords';
import { regionDoWords, regionMatchWords } from './regionForm';
import { doWords, matchWords } from './ruleWords';

type Diff = ReturnType<typeof profileDiff>;

interface ProfileChangesProps {
  from: Profile;
  to: Profile;
  /** Switches and rules only. */
  short?: boolean;
}

export function ProfileChanges({ from, to, short = false }: ProfileChangesProps) {
  const diff = profileDiff(from, to);
  if (diff.options.length + diff.rules.length + diff.regions.length + diff.attributes.length === 0)
    return <p className="text-muted">They do the same.</p>;
  return (
    <div className="space-y-5">
      <Switches options={diff.options} />
      <RuleChanges rules={diff.rules} />
      <RegionChanges regions={diff.regions} />
      {!short && <Attributes attributes={diff.attributes} from={from} to={to} />}
    </div>
  );
}

const positions: Readonly<Record<string, string>> = { true: 'on', false: 'off' };
const position = (value: boolean | string) => positions[String(value)] ?? String(value);

function Switches({ options }: Pick<Diff, 'options'>) {
  if (options.length === 0) return null;
  return (
    <section>
      <h3 className="text-sm font-semibold">Switches</h3>
      <ul className="mt-1 text-sm">
        {options.map(({ option, before, after }) => (
          <li key={option}>
            {optionWords[option].title}: <span className="text-muted">{position(before)}</span> →{' '}
            <span className="font-medium">{position(after)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RuleChanges({ rules }: Pick<Diff, 'rules'>) {
  if (rules.length === 0) return null;
  return (
    <section>
      <h3 className="text-sm font-semibold">Rules</h3>
      <ul className="mt-1 text-sm">
        {rules.map(({ rule, before, after }) => (
          <li key={`${before} ${after}`}>
            <span className="text-muted">{whatHappened(before, after)}:</span>{' '}
            <span className="font-medium">{matchWords(rule)}</span>: {doWords(rule)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function RegionChanges({ regions }: Pick<Diff, 'regions'>) {
  if (regions.length === 0) return null;
  return (
    <section>
      <h3 className="text-sm font-semibold">Places in pictures</h3>
      <ul className="mt-1 text-sm">
        {regions.map(({ rule, before, after }) => (
          <li key={`${before} ${after}`}>
            <span className="text-muted">{after === null ? 'Removed' : 'Added'}:</span>{' '}
            <span className="font-medium">{rule.name}</span> ({regionMatchWords(rule)}): {regionDoWords(rule)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function whatHappened(before: number | null, after: number | null): string {
  if (before === null) return `Added as rule ${(after ?? 0) + 1}`;
  if (after === null) return `Removed, was rule ${before + 1}`;
  return `Moved from place ${before + 1} to ${after + 1}`;
}

interface AttributesProps extends Pick<Diff, 'attributes'> {
  from: Profile;
  to: Profile;
}

function Attributes({ attributes, from, to }: AttributesProps) {
  if (attributes.length === 0) return null;
  const columns = [
    { label: 'Attribute' },
    { label: 'Before', width: '22%' },
    { label: 'After', width: '22%' },
  ] as const;
  return (
    <section>
      <h3 className="text-sm font-semibold">
        {attributes.length === 1 ? 'One attribute' : `${attributes.length} attributes`} treated otherwise
      </h3>
      <div className="mt-1 max-h-[32rem] overflow-y-auto rounded-md border border-line">
        <Table caption="Attributes treated otherwise" columns={columns}>
          {attributes.map(({ tag, name, before, after }) => (
            <tr key={tag}>
              <Td>
                <span className="font-medium">{name}</span> <span className="font-mono text-xs text-muted">{tag}</span>
              </Td>
              <Td>
                <Treatment attribute={before} profile={from} />
              </Td>
              <Td>
                <Treatment attribute={after} profile={to} />
              </Td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

function Treatment({ attribute, profile }: { attribute: Diff['attributes'][number]['before']; profile: Profile }) {
  if (attribute === null) return <span className="text-muted">by its form</span>;
  return (
    <>
      <span className={isLeft(attribute.effect) ? 'font-medium text-accent' : ''}>{effectWords(attribute.effect)}</span>
      <span className="block text-xs text-muted">{whyWords(attribute, profile)}</span>
    </>
  );
}
