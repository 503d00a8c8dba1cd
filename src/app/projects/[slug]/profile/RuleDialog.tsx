'use client';
// One rule: which attributes it is about, and what happens to them. Checked by the same schema as the profile itself.
import { type FormEvent, useId, useState } from 'react';
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
          <AttributeField name="attribute" defaultValue={fields.attribute} />
          <Conditions fields={fields} open={[fields.vr, fields.privateCreator, fields.value].some(Boolean) || fieldsAre(errors)} />
          {/* biome-ignore lint/a11y/noStaticElementInteractions: only listens to what the select inside it says */}
          <div onChange={(event) => setDoing((event.target as unknown as HTMLSelectElement).value as Rule['do'])}>
            <SelectField
              name="do"
              label="What happens to it"
              hint={ruleActions[doing].sentence}
              defaultValue={fields.do}
              options={Object.entries(ruleActions).map(([value, { label }]) => ({ value, label }))}
            />
          </div>
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

const fieldsAre = (errors: Readonly<Record<string, string>>) => ['vr', 'privateCreator', 'value'].some((name) => errors[name]);
