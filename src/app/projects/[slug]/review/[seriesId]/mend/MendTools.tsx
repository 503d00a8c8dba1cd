'use client';
// The tools of mending, by button and by key, and one line on how the present one is used.
import { Brush, Eraser, type LucideIcon, Slice } from 'lucide-react';
import { Button } from '@/app/components/Button';
import { Kbd } from '@/app/components/Kbd';
import { type Mending, SIZES, type Tool } from './mending';

const tools: readonly { tool: Tool; label: string; key: string; Icon: LucideIcon; hint: string }[] = [
  {
    tool: 'brush',
    label: 'Brush',
    key: 'B',
    Icon: Brush,
    hint: 'Paint on a plane what is to be removed. The wheel goes through the slices.',
  },
  {
    tool: 'eraser',
    label: 'Eraser',
    key: 'E',
    Icon: Eraser,
    hint: 'Paint on a plane what is to stay. The wheel goes through the slices.',
  },
  {
    tool: 'plane',
    label: 'Cutting plane',
    key: 'P',
    Icon: Slice,
    hint: 'Drag a line on a plane: all in front of it is removed. Arrow keys tilt and turn it, comma and full stop move it.',
  },
];

export function MendTools({ now }: { now: Mending }) {
  const hint = tools.find(({ tool }) => tool === now.tool)?.hint;
  const round = now.tool !== 'plane';
  return (
    <div role="toolbar" aria-label="Mending" className="border-t border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center gap-1">
        {tools.map(({ tool, label, key, Icon }) => (
          <Button
            key={tool}
            size="small"
            kind={now.tool === tool ? 'primary' : 'quiet'}
            aria-pressed={now.tool === tool}
            onClick={() => now.use(tool)}
          >
            <Icon size={16} aria-hidden="true" /> {label} <Kbd>{key}</Kbd>
          </Button>
        ))}
        <span className="w-3" />
        <Button size="small" kind="quiet" disabled={!round || now.size === 0} onClick={() => now.resize(-1)}>
          Smaller <Kbd>[</Kbd>
        </Button>
        <span className="w-14 text-center text-[0.8125rem] tabular-nums text-muted">{2 * SIZES[now.size]!} mm</span>
        <Button
          size="small"
          kind="quiet"
          disabled={!round || now.size === SIZES.length - 1}
          onClick={() => now.resize(1)}
        >
          Larger <Kbd>]</Kbd>
        </Button>
        <span className="flex-1" />
        <Button
          size="small"
          kind={now.visible ? 'primary' : 'quiet'}
          aria-pressed={now.visible}
          onClick={() => now.toggle()}
        >
          Drawing <Kbd>M</Kbd>
        </Button>
      </div>
      <p className="px-2.5 pt-1 text-[0.8125rem] text-muted">{hint}</p>
    </div>
  );
}
