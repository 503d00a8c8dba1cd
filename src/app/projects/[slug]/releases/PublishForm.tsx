'use client';
// Picking what goes into a version: everything accepted is ticked at first; by subject, all at once or one by one.
import { useMemo, useState } from 'react';
import { ActionForm } from '@/app/components/ActionForm';
import { Button } from '@/app/components/Button';
import { SelectField, TextField } from '@/app/components/Field';
import { Notice } from '@/app/components/Notice';
import { Table, Td } from '@/app/components/Table';
import { defaultQuasiIdentifiers, type QuasiIdentifier } from '@/domain/risk/quasiIdentifiers';
import { subjectRecords } from '@/domain/risk/subjects';
import type { ReleaseCandidate } from '@/server/releases';
import { publish } from './actions';
import { kAsReleased, ReleaseRisk } from './ReleaseRisk';

const licenses = ['CC-BY-4.0', 'CC-BY-NC-4.0', 'CC0-1.0', 'PDDL-1.0'];

interface PublishFormProps {
  projectId: string;
  projectName: string;
  license: string;
  minimumK: number;
  candidates: readonly ReleaseCandidate[];
}

export function PublishForm({ projectId, projectName, license, minimumK, candidates }: PublishFormProps) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set(candidates.map((c) => c.id)));
  const toggle = (id: string) =>
    setPicked((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const [known, setKnown] = useState<readonly QuasiIdentifier[]>(defaultQuasiIdentifiers);
  const chosen = useMemo(() => candidates.filter((c) => picked.has(c.id)), [candidates, picked]);
  const records = useMemo(() => subjectRecords(chosen), [chosen]);
  const k = kAsReleased(records, known);
  const risky = records.length > 0 && k < minimumK;
  const count = `${chosen.length} series of ${records.length} ${records.length === 1 ? 'subject' : 'subjects'}`;
  return (
    <ActionForm
      action={publish}
      hidden={{
        projectId,
        quasiIdentifiers: known.join(','),
        ...(chosen.length > 0 ? { seriesIds: chosen.map((c) => c.id).join(',') } : {}),
      }}
      submit={risky ? `Publish ${count} all the same` : `Publish ${count}`}
      pending="Publishing…"
    >
      <Words projectName={projectName} license={license} />
      <div className="flex items-center gap-2 text-sm">
        <Button size="small" onClick={() => setPicked(new Set(candidates.map((c) => c.id)))}>
          Tick all
        </Button>
        <Button size="small" onClick={() => setPicked(new Set())}>
          Tick none
        </Button>
        <span className="text-muted">
          {chosen.length} of {candidates.length} ticked
        </span>
      </div>
      <Candidates candidates={candidates} picked={picked} onToggle={toggle} />
      <ReleaseRisk records={records} minimumK={minimumK} names={known} onNames={setKnown} />
      {risky && (
        <Notice kind="warn" title={`The smallest group has ${k === 1 ? 'one subject' : `${k} subjects`}`}>
          This project asks for at least {minimumK} who are alike in what you ticked. You may publish all the same; the
          audit trail keeps that k was {k}.
        </Notice>
      )}
    </ActionForm>
  );
}

function Words({ projectName, license }: { projectName: string; license: string }) {
  return (
    <>
      <div className="grid grid-cols-2 gap-4">
        <TextField name="title" label="Title" defaultValue={projectName} />
        <SelectField
          name="license"
          label="License"
          defaultValue={license}
          options={[...new Set([license, ...licenses])].map((value) => ({ value, label: value }))}
        />
      </div>
      <TextField
        name="notes"
        label="What is new in this version"
        rows={2}
        optional
        hint="Goes into the dataset's CHANGES file."
      />
    </>
  );
}

interface CandidatesProps {
  candidates: readonly ReleaseCandidate[];
  picked: ReadonlySet<string>;
  onToggle: (id: string) => void;
}

function Candidates({ candidates, picked, onToggle }: CandidatesProps) {
  return (
    <div className="max-h-80 overflow-y-auto rounded-md border border-line">
      <Table
        caption="Accepted series"
        columns={[
          { label: '' },
          { label: 'Subject' },
          { label: 'Session' },
          { label: 'Series' },
          { label: 'Modality' },
          { label: 'Face' },
        ]}
      >
        {candidates.map((candidate) => (
          <tr key={candidate.id}>
            <Td>
              <input
                type="checkbox"
                checked={picked.has(candidate.id)}
                onChange={() => onToggle(candidate.id)}
                aria-label={`${candidate.subject}, session ${candidate.session}, series ${candidate.number}`}
                className="size-4 accent-(--accent)"
              />
            </Td>
            <Td>{candidate.subject}</Td>
            <Td>{candidate.session}</Td>
            <Td>{candidate.number}</Td>
            <Td>{candidate.modality}</Td>
            <Td>{candidate.defaced ? 'removed' : 'no head'}</Td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
