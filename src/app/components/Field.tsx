'use client';
// Form fields: a label, a hint, an error, tied together for screen readers. Inside ActionForm they show its errors.
import { type ComponentProps, type ReactNode, use, useId, useState } from 'react';
import { FormContext } from '../formState';

const control =
  'w-full rounded-md border bg-surface px-3 text-[0.9375rem] text-ink placeholder:text-muted ' +
  'border-edge aria-invalid:border-bad disabled:opacity-60';

interface FieldProps {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  optional?: boolean;
  /** Draws the control, given what ties it to its label and its error. */
  children: (tie: Tie) => ReactNode;
}

interface Tie {
  id: string;
  name: string;
  className: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
}

/** A label, a hint and an error around a control of your own. */
export function Field({ name, label, hint, optional, children }: FieldProps) {
  const id = useId();
  const error = use(FormContext).errors[name];
  const tie: Tie = {
    id,
    name,
    className: control,
    'aria-describedby': `${id}-about`,
    'aria-invalid': error !== undefined,
  };
  return (
    <div>
      <label htmlFor={id} className="block text-sm font-medium">
        {label} {optional && <span className="font-normal text-muted">(optional)</span>}
      </label>
      <div className="mt-1">{children(tie)}</div>
      <div id={`${id}-about`} className="mt-1 min-h-5 text-sm">
        {error ? <p className="text-bad">{error}</p> : hint && <p className="text-muted">{hint}</p>}
      </div>
    </div>
  );
}

interface TextFieldProps {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  optional?: boolean;
  type?: 'text' | 'email' | 'password' | 'number' | 'date';
  /** More than one line. */
  rows?: number;
  defaultValue?: string;
  placeholder?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  min?: number;
  max?: number;
  /** What fits what was typed so far. */
  suggest?: (typed: string) => readonly string[];
}

export function TextField({
  name,
  label,
  hint,
  optional = false,
  type = 'text',
  rows,
  suggest,
  ...rest
}: TextFieldProps) {
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {({ className, ...tie }) => {
        if (rows) return <textarea {...tie} {...rest} rows={rows} className={`${className} py-2`} />;
        const input = { ...tie, ...rest, type, className: `${className} h-10` };
        return suggest ? <SuggestingInput {...input} suggest={suggest} /> : <input {...input} />;
      }}
    </Field>
  );
}

function SuggestingInput({
  suggest,
  ...input
}: ComponentProps<'input'> & { suggest: (typed: string) => readonly string[] }) {
  const list = useId();
  const [fitting, setFitting] = useState<readonly string[]>([]);
  return (
    <>
      <input {...input} list={list} autoComplete="off" onInput={(e) => setFitting(suggest(e.currentTarget.value))} />
      <datalist id={list}>
        {fitting.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
    </>
  );
}

interface Choice {
  value: string;
  label: string;
}

export function SelectField(props: {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  options: readonly Choice[];
  defaultValue?: string;
  onPick?: (value: string) => void;
}) {
  return (
    <Field name={props.name} label={props.label} hint={props.hint}>
      {({ className, ...tie }) => (
        <select
          {...tie}
          defaultValue={props.defaultValue}
          onChange={(event) => props.onPick?.(event.target.value)}
          className={`${className} h-10`}
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  name,
  label,
  hint,
  defaultChecked = false,
}: {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  defaultChecked?: boolean;
}) {
  const id = useId();
  const error = use(FormContext).errors[name];
  return (
    <div>
      <label className="flex items-start gap-3">
        <input
          type="checkbox"
          name={name}
          defaultChecked={defaultChecked}
          aria-describedby={id}
          aria-invalid={error !== undefined}
          className="mt-1 size-4 shrink-0 accent-(--accent)"
        />
        <span>
          <span className="font-medium">{label}</span>
          {hint && <span className="block text-sm text-muted">{hint}</span>}
        </span>
      </label>
      <p id={id} className="ml-7 text-sm text-bad">
        {error}
      </p>
    </div>
  );
}

/** One of a few, each with a sentence that says what it means. */
export function ChoiceCards(props: {
  name: string;
  legend: ReactNode;
  choices: readonly (Choice & { sentence: ReactNode })[];
  defaultValue?: string;
  onPick?: (value: string) => void;
}) {
  const error = use(FormContext).errors[props.name];
  return (
    <fieldset>
      <legend className="text-sm font-medium">{props.legend}</legend>
      <div className="mt-2 space-y-2">
        {props.choices.map((choice) => (
          <label
            key={choice.value}
            className="flex items-start gap-3 rounded-lg border border-line bg-surface px-4 py-3 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={props.name}
              value={choice.value}
              defaultChecked={choice.value === props.defaultValue}
              onChange={() => props.onPick?.(choice.value)}
              className="mt-1 size-4 shrink-0 accent-(--accent)"
            />
            <span>
              <span className="font-medium">{choice.label}</span>
              <span className="block text-sm text-muted">{choice.sentence}</span>
            </span>
          </label>
        ))}
      </div>
      {error && <p className="mt-1 text-sm text-bad">{error}</p>}
    </fieldset>
  );
}
