// Every state in plain words, with an icon and a colour, never colour alone.
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock,
  Copy,
  Eye,
  Hand,
  LoaderCircle,
  type LucideIcon,
  OctagonAlert,
  PackageOpen,
} from 'lucide-react';
import type { AccessState, FileState, ReleaseState, SeriesState, StageRunState, UploadState } from '@/domain/machines';

type Tone = 'neutral' | 'work' | 'good' | 'warn' | 'bad';
interface Look {
  readonly label: string;
  readonly tone: Tone;
  readonly Icon: LucideIcon;
}

const seriesLooks = {
  received: { label: 'Cleaning', tone: 'work', Icon: Clock },
  heldPixels: { label: 'Check for text', tone: 'warn', Icon: Hand },
  deidentified: { label: 'Converting', tone: 'work', Icon: Clock },
  heldGeometry: { label: 'Check the slices', tone: 'warn', Icon: Hand },
  converted: { label: 'Defacing', tone: 'work', Icon: Clock },
  heldHead: { label: 'Is this a head?', tone: 'warn', Icon: Hand },
  heldDeface: { label: 'Defacing in doubt', tone: 'warn', Icon: Hand },
  inReview: { label: 'Waiting for review', tone: 'warn', Icon: Eye },
  accepted: { label: 'Accepted', tone: 'good', Icon: CircleCheck },
  rejected: { label: 'Rejected', tone: 'neutral', Icon: Ban },
  refused: { label: 'Rejected before review', tone: 'neutral', Icon: Ban },
  quarantined: { label: 'Quarantined', tone: 'bad', Icon: OctagonAlert },
} as const satisfies Record<SeriesState, Look>;

const looks = {
  series: seriesLooks,
  upload: {
    open: { label: 'Not finished', tone: 'warn', Icon: CircleDashed },
    complete: { label: 'Being looked through', tone: 'work', Icon: Clock },
    ingested: { label: 'Taken in', tone: 'good', Icon: CircleCheck },
    abandoned: { label: 'Cancelled', tone: 'neutral', Icon: Ban },
  } satisfies Record<UploadState, Look>,
  file: {
    expected: { label: 'Not here yet', tone: 'neutral', Icon: CircleDashed },
    stored: { label: 'Received', tone: 'work', Icon: Clock },
    accepted: { label: 'Accepted', tone: 'good', Icon: CircleCheck },
    unpacked: { label: 'Unpacked', tone: 'good', Icon: PackageOpen },
    duplicate: { label: 'Already here', tone: 'neutral', Icon: Copy },
    ignored: { label: 'Not needed', tone: 'neutral', Icon: CircleSlash },
    quarantined: { label: 'Quarantined', tone: 'bad', Icon: OctagonAlert },
  } satisfies Record<FileState, Look>,
  run: {
    queued: { label: 'Queued', tone: 'neutral', Icon: Clock },
    running: { label: 'Running', tone: 'work', Icon: LoaderCircle },
    succeeded: { label: 'Done', tone: 'good', Icon: CircleCheck },
    failed: { label: 'Failed', tone: 'bad', Icon: OctagonAlert },
    cancelled: { label: 'Cancelled', tone: 'neutral', Icon: Ban },
  } satisfies Record<StageRunState, Look>,
  release: {
    building: { label: 'Being built', tone: 'work', Icon: Clock },
    published: { label: 'Published', tone: 'good', Icon: CircleCheck },
    withdrawn: { label: 'Withdrawn', tone: 'neutral', Icon: Ban },
    failed: { label: 'Failed', tone: 'bad', Icon: OctagonAlert },
  } satisfies Record<ReleaseState, Look>,
  access: {
    requested: { label: 'Waiting for a decision', tone: 'warn', Icon: Clock },
    granted: { label: 'Granted', tone: 'good', Icon: CircleCheck },
    denied: { label: 'Not granted', tone: 'bad', Icon: Ban },
    revoked: { label: 'Taken back', tone: 'neutral', Icon: Ban },
    cancelled: { label: 'Cancelled', tone: 'neutral', Icon: Ban },
  } satisfies Record<AccessState, Look>,
} as const;

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  work: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
};

type BadgeProps = { [K in keyof typeof looks]: { of: K; state: keyof (typeof looks)[K] } }[keyof typeof looks];

export function StateBadge({ of, state }: BadgeProps) {
  const look = (looks[of] as Record<string, Look>)[state];
  if (!look) return <Badge label={state} tone="neutral" Icon={CircleDashed} />;
  return <Badge {...look} />;
}

/** A badge of one's own words. */
function Badge({ label, tone, Icon }: Look) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-[0.8125rem] leading-5 font-medium whitespace-nowrap ${tones[tone]}`}
    >
      <Icon size={14} aria-hidden="true" className="shrink-0" />
      {label}
    </span>
  );
}
