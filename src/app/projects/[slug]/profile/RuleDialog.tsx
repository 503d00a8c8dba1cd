'use client';
// One rule: which attributes it is about, and what happens to them. Checked by the same schema as the profile itself.
import { type FormEvent, useState } from 'react';
import type { Rule } from '@/domain/deid/ruleSchema';
import { keywordsWith } from '@/domain/dicom/dictionary';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { SelectField, TextField } from '../../../components/Field';
import { emptyFormState, FormContext } from '../../../formState';
import { fieldsOf, type RuleFields, ruleOf } from './ruleForm';
import { ruleActions } from './ruleWords';

interface RuleDialogProps {
  /** null: a new one. */
  rule: Rule | null;
  onSave: (rule: Rule) => void;
  onClose: () => void;
}

const VRS =
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' ');

export function RuleDialog({ rule, onSave, onClose }: RuleDialogProps) {
  const [fields] = useState(() => fieldsOf(rule));
  const [doing, setDoing] = useState(fields.do as Rule['do']);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = Object.keys(fields).map((name) => [name, String(form.get(name) ?? '')]);
    const answer = ruleOf(Object.fromEntries(typed) as unknown as RuleFields);
    if ('rule' in answer) onSave(answer.rule);
    else setErrors(answer.errors);
  };
  return (
    <Dialog open onClose={onClose} title={rule === null ? 'Add a rule' : 'Change the rule'}>
      <FormContext value={{ ...emptyFormState, errors }}>
        <form onSubmit={submit} noValidate className="space-y-1">
          <TextField
            name="attribute"
            label="Attribute"
            hint="A keyword such as StudyDescription, or a tag such as (0010,0020), (60xx,3000)."
            defaultValue={fields.attribute}
            suggest={(typed) => (typed.length < 2 ? [] : keywordsWith(typed, 12))}
            autoFocus
          />
          <Conditions fields={fields} errors={errors} />
          <SelectField
            name="do"
            label="What happens to it"
            hint={ruleActions[doing].sentence}
            defaultValue={doing}
            options={Object.entries(ruleActions).map(([value, { label }]) => ({ value, label }))}
            onPick={(value) => setDoing(value as Rule['do'])}
          />
          <Details doing={doing} fields={fields} />
          <div className="flex gap-2 pt-2">
            <Button type="submit" kind="primary">
              {rule === null ? 'Add the rule' : 'Change the rule'}
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

const CONDITIONS = ['vr', 'privateCreator', 'value'] as const;

/** Conditions that most rules do not need. */
function Conditions({ fields, errors }: { fields: RuleFields; errors: Readonly<Record<string, string>> }) {
  const used = CONDITIONS.some((name) => fields[name] !== '' || errors[name] !== undefined);
  return (
    <details open={used} className="pb-2 text-sm">
      <summary className="mb-1 font-medium text-accent">Only if… (kind of value, maker, pattern)</summary>
      <SelectField
        name="vr"
        label="Kind of value (VR)"
        defaultValue={fields.vr}
        options={[{ value: '', label: 'Any' }, ...VRS.map((value) => ({ value, label: value }))]}
      />
      <TextField
        name="privateCreator"
        label="Private creator"
        optional
        hint="The maker's name for its own block, such as SIEMENS MR HEADER."
        defaultValue={fields.privateCreator}
      />
      <TextField
        name="value"
        label="Value like"
        optional
        hint="A pattern: letters stand for themselves, . for any, \d for a digit, | for or, * + ? {2,5} for how often."
        defaultValue={fields.value}
      />
    </details>
  );
}

/** What the chosen action needs to know. */
function Details({ doing, fields }: { doing: Rule['do']; fields: RuleFields }) {
  if (doing === 'replace') return <TextField name="replaceWith" label="The text" defaultValue={fields.replaceWith} />;
  if (doing === 'bin')
    return (
      <div className="grid grid-cols-3 gap-3">
        <TextField name="width" label="Band width" type="number" defaultValue={fields.width} />
        <TextField name="atLeast" label="Lowest" type="number" defaultValue={fields.atLeast} />
        <TextField name="atMost" label="Highest" type="number" defaultValue={fields.atMost} />
      </div>
    );
  if (doing !== 'lookup') return null;
  return (
    <>
      <TextField
        name="table"
        label="Table"
        rows={4}
        hint="One line a value: old value = new value. The whole value counts."
        defaultValue={fields.table}
      />
      <TextField
        name="otherwise"
        label="Any other value becomes"
        optional
        hint="Left empty, the attribute is removed."
        defaultValue={fields.otherwise}
      />
    </>
  );
}
