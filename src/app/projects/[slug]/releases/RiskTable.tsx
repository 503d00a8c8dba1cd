// The three risks, each with the attacker it is about.
import { Table, Td } from '@/app/components/Table';
import type { RiskFigures } from '@/domain/risk/figures';

const columns = [
  { label: 'Somebody who' },
  { label: 'Called' },
  { label: 'At most', align: 'right' },
  { label: 'On average', align: 'right' },
  { label: 'Subjects at too high a risk', align: 'right' },
] as const;

export function RiskTable({ figures, minimumK }: { figures: RiskFigures; minimumK: number }) {
  const { prosecutor, journalist, marketer, subjects } = figures;
  return (
    <div>
      <Table caption="Chance of recognising a subject" columns={columns}>
        <tr>
          <Td>knows that a certain person is in the dataset, and looks for them</Td>
          <Td>prosecutor risk</Td>
          <Td align="right">{percent(prosecutor.max)}</Td>
          <Td align="right">{percent(prosecutor.average)}</Td>
          <Td align="right">{percent(prosecutor.above)}</Td>
        </tr>
        <tr>
          <Td>wants to recognise anybody, and cannot know who is in it</Td>
          <Td>journalist risk</Td>
          <Td align="right">{percent(journalist.max)}</Td>
          <Td align="right">{percent(journalist.average)}</Td>
          <Td align="right">{percent(journalist.above)}</Td>
        </tr>
        <tr>
          <Td>links the whole dataset with a register, to recognise as many as possible</Td>
          <Td>marketer risk</Td>
          <Td align="right">–</Td>
          <Td align="right">{percent(marketer)}</Td>
          <Td align="right">–</Td>
        </tr>
      </Table>
      <p className="mt-2 text-sm text-muted">
        Chance of naming the right one of the {subjects === 1 ? 'one subject' : `${subjects} subjects`}, if the attacker
        knows all that is ticked. Too high is more than {percent(1 / minimumK)}, one in {minimumK}.
      </p>
    </div>
  );
}

function percent(part: number): string {
  if (part === 0) return '0 %';
  if (part < 0.0001) return 'below 0.01 %';
  return `${Number((part * 100).toPrecision(part < 0.1 ? 2 : 3))} %`;
}
