import { expect, it } from 'vitest';
import { storedMarks } from '../../../src-main/hosts/engine/jobs/blur-marks.ts';
import { toDisplay } from '../../../src-main/images/orientation.ts';

const [width, height] = [40, 30];

function pictureOf(orientation: number) {
  const data = new Uint8Array(width * height);
  return { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation } } as const;
}

it('finds marks again on the samples as stored, however these are shown', () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    // A block of ones as stored; where it is shown is where people mark.
    const picture = pictureOf(orientation);
    const block = { x: 5, y: 9, width: 8, height: 6 };
    const data = picture.data.map((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x >= 5 && x < 13 && y >= 9 && y < 15 ? 1 : 0;
    });
    const shown = toDisplay(data, width, height, 1, orientation);
    const across = orientation >= 5 ? height : width;
    const marked = [...shown.keys()].filter((i) => shown[i] === 1);
    const [xs, ys] = [marked.map((i) => i % across), marked.map((i) => Math.floor(i / across))];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const edge = { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
    expect(storedMarks({ edge }, picture)).toEqual({ edge: block });
  }
  const turned = storedMarks({ streak: { x0: 3, y0: 4, x1: 3, y1: 14 } }, pictureOf(6)).streak!;
  // Down as shown is to the right as stored.
  expect([turned.x1 - turned.x0, turned.y1 - turned.y0]).toEqual([10, 0]);
});

it('refuses marks outside, of nothing, and two of them', () => {
  const picture = pictureOf(1);
  expect(() => storedMarks({ edge: { x: 36, y: 0, width: 8, height: 8 } }, picture)).toThrow(/40 × 30/);
  expect(() => storedMarks({ streak: { x0: 0, y0: 0, x1: 41, y1: 0 } }, picture)).toThrow(/40 × 30/);
  expect(() => storedMarks({ streak: { x0: 5, y0: 5, x1: 5.5, y1: 5 } }, picture)).toThrow(/1\.5 to 300/);
  const edge = { x: 0, y: 0, width: 8, height: 8 };
  expect(() => storedMarks({ edge, streak: { x0: 0, y0: 0, x1: 9, y1: 0 } }, picture)).toThrow(/one of them/);
});
