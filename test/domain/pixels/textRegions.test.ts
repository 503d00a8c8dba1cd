// What the network sees and what was found by shape become one line for each text; what only one of them saw is not lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Box } from '@/domain/pixels/boxes';
import { inkOf } from '@/domain/pixels/inkOf';
import { CERTAIN, lineAround, type TextLine } from '@/domain/pixels/textLines';
import { joinedLines, type TextMap } from '@/domain/pixels/textRegions';
import { textSize, writeText } from '../../fixtures/writtenText';

const [WIDTH, HEIGHT, CELL] = [320, 160, 4];

function picture(paint: (set: (x: number, y: number) => void) => void, shade = 250, behind = 90) {
  const data = new Uint8Array(WIDTH * HEIGHT).fill(behind);
  paint((x, y) => {
    data[y * WIDTH + x] = shade;
  });
  return { width: WIDTH, height: HEIGHT, data };
}

function mapOf(boxes: readonly Box[], p = 0.95): TextMap {
  const [columns, rows] = [WIDTH / CELL, HEIGHT / CELL];
  const data = Float32Array.from({ length: columns * rows }, (_, i) => {
    const [x, y] = [CELL * ((i % columns) + 0.5), CELL * (Math.floor(i / columns) + 0.5)];
    return boxes.some((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height) ? p : 0.02;
  });
  return { cell: CELL, columns, rows, data };
}

const covers = (line: Box, { x, y, width, height }: Box) =>
  line.x <= x && line.y <= y && line.x + line.width >= x + width && line.y + line.height >= y + height;

test('what only the network sees is a line that covers all of its region, light or dark', () => {
  const size = textSize('QUIST 47 B', 2);
  const place = fc.record({
    x: fc.integer({ min: 8, max: WIDTH - size.width - 8 }),
    y: fc.integer({ min: 8, max: HEIGHT - size.height - 8 }),
  });
  fc.assert(
    fc.property(place, fc.boolean(), ({ x, y }, bright) => {
      const box = { x, y, ...size };
      const image = picture((set) => writeText('QUIST 47 B', x, y, 2, set), bright ? 250 : 5, bright ? 40 : 200);
      const map = mapOf([box]);
      const lines = joinedLines(image, [], [map]);
      assert.equal(lines.length, 1);
      assert.equal(lines[0]!.bright, bright);
      assert.ok(lines[0]!.score >= CERTAIN);
      for (const [i, p] of map.data.entries()) {
        const cell = { x: CELL * (i % map.columns), y: CELL * Math.floor(i / map.columns), width: CELL, height: CELL };
        if (p > 0.5) assert.ok(covers(lines[0]!, cell));
      }
    }),
  );
});

const found = (ink: Box, score: number): TextLine => ({ ...lineAround(ink), bright: true, score });
const blank = picture(() => {});
const TEXT = { x: 40, y: 60, width: 100, height: 12 };

test('a row that the network does not see must be read; nothing that was found is dropped', () => {
  const alone = joinedLines(blank, [found(TEXT, 6)], [mapOf([])]);
  assert.equal(alone.length, 1);
  assert.ok(alone[0]!.score < CERTAIN);
  const doubtful = joinedLines(blank, [], [mapOf([TEXT], 0.65)]);
  assert.ok(doubtful.length === 1 && doubtful[0]!.score < CERTAIN);
});

test('two views of one text are one line over both, two texts stay two', () => {
  const [line, ...others] = joinedLines(blank, [found({ ...TEXT, width: 60 }, 6)], [mapOf([TEXT])]);
  assert.deepEqual(others, []);
  assert.ok(covers(line!, TEXT) && line!.score >= CERTAIN);
  assert.ok(line!.ink.x + line!.ink.width >= TEXT.x + TEXT.width - CELL);
  const below = { ...TEXT, y: TEXT.y + 30 };
  assert.equal(joinedLines(blank, [found(TEXT, 6), found(below, 6)], [mapOf([TEXT, below])]).length, 2);
});

test('letters alone: nothing wider than a stroke, nothing of another grey, no paper without letters', () => {
  const line = (paint: (data: Uint8Array, width: number) => void) => {
    const [width, height] = [120, 20];
    const data = new Uint8Array(width * height).fill(80);
    paint(data, width);
    return { width, height, data };
  };
  const write = (data: Uint8Array, width: number) =>
    writeText('LEFT', 20, 3, 2, (x, y) => {
      data[y * width + x] = 240;
    });
  const clear = inkOf(line(write))!;
  const black = (ink: typeof clear) => [...ink.paper.data].map((value) => ink.tone(value) < 128);
  const cluttered = inkOf(
    line((data, width) => {
      for (let y = 0; y < 20; y++) data.fill(240, y * width + 85, y * width + 115);
      for (let x = 0; x < 15; x += 3) data[9 * width + x] = 130;
      write(data, width);
    }),
  )!;
  assert.deepEqual(black(cluttered), black(clear));
  assert.deepEqual(
    black(clear),
    [...line(write).data].map((value) => value > 200),
  );
  assert.equal(inkOf(line(() => {})), null);
});
