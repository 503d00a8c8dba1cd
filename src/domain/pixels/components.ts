// Connected runs of pixels over a threshold, each with its box and what it weighs.
import type { Box } from './boxes';

export interface Component extends Box {
  /** Pixels in it. */
  readonly area: number;
  /** Brightest pixel of the picture in it. */
  readonly peak: number;
  /** Mean of its values over the threshold's picture. */
  readonly mean: number;
}

/** Pixels of `values` over `threshold` that touch, corners included; `picture` gives the peaks. */
export function components(values: Uint8Array, picture: Uint8Array, width: number, threshold: number): Component[] {
  const labels = new Int32Array(values.length);
  const found: Component[] = [];
  const stack: number[] = [];
  for (let start = 0; start < values.length; start++) {
    if (labels[start] !== 0 || values[start]! <= threshold) continue;
    labels[start] = found.length + 1;
    stack.push(start);
    found.push(grow(values, picture, width, threshold, labels, stack));
  }
  return found;
}

function grow(
  values: Uint8Array,
  picture: Uint8Array,
  width: number,
  threshold: number,
  labels: Int32Array,
  stack: number[],
): Component {
  const label = labels[stack[0]!]!;
  const height = values.length / width;
  let [left, right, top, bottom] = [width, 0, height, 0];
  let [area, peak, sum] = [0, 0, 0];
  while (stack.length > 0) {
    const at = stack.pop()!;
    const x = at % width;
    const y = (at - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    area += 1;
    sum += values[at]!;
    peak = Math.max(peak, picture[at]!);
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx;
        if (labels[next] !== 0 || values[next]! <= threshold) continue;
        labels[next] = label;
        stack.push(next);
      }
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1, area, peak, mean: sum / area };
}
