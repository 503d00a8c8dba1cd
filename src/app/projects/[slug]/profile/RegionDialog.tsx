'use client';
// One place in pictures: which images, what happens there, and the boxes, drawn on an image of the project or written as numbers.
import { type FormEvent, useState } from 'react';
import type { RegionRule } from '@/domain/pixels/regionRules';
import type { RegionPicture } from '@/server/pixelRegions';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { SelectField, TextField } from '../../../components/Field';
import { emptyFormState, FormContext } from '../../../formState';
import { RegionBoxes } from './RegionBoxes';
import { matchFields, type RegionFields, regionActions, regionFieldsOf, regionOf } from './regionForm';

interface RegionDialogProps {
  /** null: a new one. */
  rule: RegionRule | null;
  pictures: readonly RegionPicture[];
  onSave: (rule: RegionRule) => void;
  onClose: () => void;
}

export function RegionDialog({ rule, pictures, onSave, onClose }: RegionDialogProps) {
  const [fields, setFields] = useState(() => regionFieldsOf(rule));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  /** Fields that a button fills in are made anew. */
  const [filled, setFilled] = useState(0);
  const typed = (event: FormEvent<HTMLFormElement>) => {
    setFields({ ...fields, ...valuesOf(event.currentTarget) });
    setErrors({});
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const answer = regionOf({ ...fields, ...valuesOf(event.currentTarget) }, rule?.source);
    if ('rule' in answer) onSave(answer.rule);
    else setErrors(answer.errors);
  };
  const fill = ({ source, rows, columns }: RegionPicture) => {
    const name = fields.name || [source?.manufacturer, source?.model].filter(Boolean).join(' ');
    setFields({ ...fields, ...source, name, rows: String(rows), columns: String(columns) });
    setFilled(filled + 1);
  };
  return (
    <Dialog open wide onClose={onClose} title={rule === null ? 'Add a place in pictures' : 'Change the place'}>
      <FormContext value={{ ...emptyFormState, errors }}>
        <form onSubmit={submit} onInput={typed} noValidate className="grid grid-cols-[20rem_1fr] gap-6">
          <div key={filled} className="space-y-1">
            <TextField name="name" label="Name" defaultValue={fields.name} autoFocus />
            <SelectField
              name="do"
              label="What happens"
              hint={regionActions[fields.do as RegionRule['do']].sentence}
              defaultValue={fields.do}
              options={Object.entries(regionActions).map(([value, { label }]) => ({ value, label }))}
              onPick={(value) => setFields({ ...fields, do: value })}
            />
            <Match fields={fields} errors={errors} />
          </div>
          <RegionBoxes
            fields={fields}
            pictures={pictures}
            onFill={fill}
            onChange={(boxes) => [setFields({ ...fields, boxes }), setErrors({})]}
          />
          <div className="col-span-2 flex gap-2">
            <Button type="submit" kind="primary">
              {rule === null ? 'Add the place' : 'Change the place'}
            </Button>
            <Button kind="quiet" onClick={onClose}>
              Cancel
            </Button>
          </div>
        </form>
      </FormContext>
    </Dialog>
  );
}

const USUAL = ['manufacturer', 'model', 'modality', 'columns', 'rows'] as const;
const RARE = ['software', 'imageType', 'seriesDescription', 'burnedIn'] as const;

/** Which images; what most rules do not need is folded away. */
function Match({ fields, errors }: { fields: RegionFields; errors: Readonly<Record<string, string>> }) {
  const field = (name: keyof typeof matchFields) => (
    <TextField key={name} name={name} label={matchFields[name]} defaultValue={fields[name]} />
  );
  const used = [...RARE, 'first' as const, 'last' as const].some((name) => fields[name] !== '' || errors[name]);
  return (
    <fieldset>
      <legend className="mb-1 text-sm text-muted">For images of which all that is filled in is true:</legend>
      <div className="grid grid-cols-2 gap-x-3">{USUAL.map(field)}</div>
      <details open={used || undefined} className="text-sm">
        <summary className="mb-1 font-medium text-accent">Only if… (software, kind of image, some images)</summary>
        <div className="grid grid-cols-2 gap-x-3">
          {RARE.map(field)}
          <TextField name="first" label="From image" type="number" min={1} optional defaultValue={fields.first} />
          <TextField name="last" label="To image" type="number" min={1} optional defaultValue={fields.last} />
        </div>
      </details>
    </fieldset>
  );
}

function valuesOf(form: HTMLFormElement): Partial<RegionFields> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
