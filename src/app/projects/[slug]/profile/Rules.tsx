'use client';
// The project's own rules in the order in which they are tried: dragged, or moved by button; added, edited, removed.
import { ArrowDown, ArrowUp, GripVertical } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Rule } from '@/domain/deid/ruleSchema';
import { Button } from '../../../components/Button';
import { moved } from './draft';
import { RuleDialog } from './RuleDialog';
import { doWords, matchWords } from './ruleWords';

interface RulesProps {
  rules: readonly Rule[];
  mayChange: boolean;
  onChange: (rules: Rule[]) => void;
}

export function Rules({ rules, mayChange, onChange }: RulesProps) {
  const [editing, setEditing] = useState<number | 'new' | null>(null);
  const save = (rule: Rule) => {
    onChange(editing === 'new' ? [...rules, rule] : rules.map((one, index) => (index === editing ? rule : one)));
    setEditing(null);
  };
  return (
    <section aria-labelledby="rules" className="mt-2 border-t border-line pt-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h3 id="rules" className="font-semibold">
            Rules of your own
          </h3>
          <p className="text-sm text-muted">
            Tried from top to bottom before the switches: the first that fits an attribute decides.
          </p>
        </div>
        {mayChange && (
          <Button size="small" onClick={() => setEditing('new')}>
            Add a rule…
          </Button>
        )}
      </div>
      <RuleList rules={rules} mayChange={mayChange} onChange={onChange} onEdit={setEditing} />
      {editing !== null && (
        <RuleDialog
          rule={editing === 'new' ? null : (rules[editing] ?? null)}
          onSave={save}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}

function RuleList({ rules, mayChange, onChange, onEdit }: RulesProps & { onEdit: (index: number) => void }) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const focusOn = useFocusAfterMove(list);
  if (rules.length === 0) return <p className="py-3 text-sm text-muted">There is none yet.</p>;
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= rules.length) return;
    onChange(moved(rules, from, to));
    setSaid(`Rule moved to place ${to + 1} of ${rules.length}.`);
  };
  const drop = (to: number) => {
    if (dragged !== null) move(dragged, to);
    setDragged(null);
    setOver(null);
  };
  return (
    <>
      <ol ref={list} aria-label="Rules, in the order in which they are tried" className="mt-3 space-y-2">
        {rules.map((rule, index) => (
          <RuleRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is what stands at its place, and two may be alike
            key={index}
            rule={rule}
            index={index}
            last={index === rules.length - 1}
            mayChange={mayChange}
            marked={over === index && dragged !== index}
            onStep={(way) => {
              const to = way === 'up' ? index - 1 : index + 1;
              focusOn(to, way);
              move(index, to);
            }}
            onDrag={(what) => {
              if (what === 'start') setDragged(index);
              else if (what === 'over') setOver(index);
              else if (what === 'drop') drop(index);
              else drop(-1);
            }}
            onEdit={() => onEdit(index)}
            onRemove={() => onChange(rules.filter((_, other) => other !== index))}
          />
        ))}
      </ol>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}

type Way = 'up' | 'down';

/** The keyboard stays with the rule that was moved; at an end its other button takes over. */
function useFocusAfterMove(list: RefObject<HTMLOListElement | null>): (index: number, way: Way) => void {
  const wanted = useRef<{ index: number; way: Way } | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const { index, way } = wanted.current;
    wanted.current = null;
    const row = list.current?.children[index];
    const buttons = [way, way === 'up' ? 'down' : 'up'].map((name) =>
      row?.querySelector<HTMLButtonElement>(`[data-move=${name}]:not(:disabled)`),
    );
    buttons.find(Boolean)?.focus();
  });
  return (index, way) => {
    wanted.current = { index, way };
  };
}

interface RuleRowProps {
  rule: Rule;
  index: number;
  last: boolean;
  mayChange: boolean;
  /** Another rule is held over this one. */
  marked: boolean;
  onStep: (way: Way) => void;
  onDrag: (what: 'start' | 'over' | 'drop' | 'end') => void;
  onEdit: () => void;
  onRemove: () => void;
}

function RuleRow({ rule, index, last, mayChange, marked, onStep, onDrag, onEdit, onRemove }: RuleRowProps) {
  const words = matchWords(rule);
  return (
    <li
      draggable={mayChange}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        onDrag('start');
      }}
      onDragOver={(event) => {
        event.preventDefault();
        onDrag('over');
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrag('drop');
      }}
      onDragEnd={() => onDrag('end')}
      className={`flex items-center gap-3 rounded-md border bg-surface px-3 py-2 text-sm ${marked ? 'border-accent bg-accent-soft' : 'border-line'}`}
    >
      {mayChange && <GripVertical size={16} aria-hidden="true" className="shrink-0 cursor-grab text-muted" />}
      <span className="w-5 shrink-0 text-right text-muted tabular-nums">{index + 1}</span>
      <span className="min-w-0 grow break-words">
        <span className="font-medium">{words}</span>
        <span className="block text-muted">{doWords(rule)}</span>
      </span>
      {mayChange && (
        <span className="flex shrink-0 items-center">
          <Button
            kind="quiet"
            size="small"
            data-move="up"
            disabled={index === 0}
            aria-label={`Move rule ${index + 1} up`}
            onClick={() => onStep('up')}
          >
            <ArrowUp size={16} aria-hidden="true" />
          </Button>
          <Button
            kind="quiet"
            size="small"
            data-move="down"
            disabled={last}
            aria-label={`Move rule ${index + 1} down`}
            onClick={() => onStep('down')}
          >
            <ArrowDown size={16} aria-hidden="true" />
          </Button>
          <Button kind="quiet" size="small" aria-label={`Edit rule ${index + 1}: ${words}`} onClick={onEdit}>
            Edit
          </Button>
          <Button kind="quiet" size="small" aria-label={`Remove rule ${index + 1}: ${words}`} onClick={onRemove}>
            Remove
          </Button>
        </span>
      )}
    </li>
  );
}
