'use client';
// The answers to the one question that a held series waits for.
import type { HeldAnswer, SeriesRow } from '@/server/series';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { TextField } from '../../../components/Field';
import { answerHeld } from './actions';

interface AnswerWords {
  readonly trigger: string;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly kind: 'primary' | 'danger';
  readonly reason: string | null;
}

const words: Record<HeldAnswer, AnswerWords> = {
  confirmGeometry: {
    trigger: 'Slices are right',
    title: 'Are the slices right as they are?',
    text: 'The volume is then made from these slices, corrected for tilt or uneven spacing where that is possible. Confirm only if you know how they were acquired.',
    confirm: 'Yes, convert it',
    kind: 'primary',
    reason: null,
  },
  sayHead: {
    trigger: 'It is a head',
    title: 'Does it show a head?',
    text: 'The face is then removed, and a reviewer looks at the result.',
    confirm: 'Yes, remove the face',
    kind: 'primary',
    reason: null,
  },
  sayNoHead: {
    trigger: 'Not a head',
    title: 'Does it show no face at all?',
    text: 'It then goes to review without defacing. A face that stays in can be recognised, so look before you say so.',
    confirm: 'There is no face in it',
    kind: 'danger',
    reason: 'What does it show?',
  },
  reject: {
    trigger: 'Reject',
    title: 'Reject this series?',
    text: 'It is kept out of every release. It can be processed again later.',
    confirm: 'Reject it',
    kind: 'danger',
    reason: 'Why?',
  },
};

export function HeldAnswers({ row }: { row: SeriesRow }) {
  const possible = (Object.keys(words) as HeldAnswer[]).filter((answer) => row.may[answer]);
  return possible.map((answer) => {
    const { trigger, title, text, confirm, kind, reason } = words[answer];
    return (
      <ConfirmDialog
        key={answer}
        trigger={trigger}
        triggerSize="small"
        title={title}
        confirm={confirm}
        confirmKind={kind}
        action={answerHeld}
        hidden={{ seriesId: row.id, event: answer }}
      >
        <p>{text}</p>
        {reason && <TextField name="reason" label={reason} autoFocus />}
      </ConfirmDialog>
    );
  });
}
