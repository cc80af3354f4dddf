import { describe, expect, it } from 'vitest';
import { givenFill } from '../../src-main/restore/given-fill.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

const side = 60;
const data = Uint8Array.from({ length: side * side }, (_, i) => (i * 7) % 256);
const picture: Picture = { width: side, height: side, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
const mask = Uint8Array.from({ length: side * side }, (_, i) =>
  Math.abs((i % side) - 30) < 8 && Math.abs(Math.floor(i / side) - 30) < 8 ? 1 : 0,
);
const centre = (kind: Parameters<typeof givenFill>[2]): { value: number; tau: number; rim: number } => {
  const [{ frame, x, tau }, ...others] = givenFill(picture, mask, kind, 1).windows;
  expect(others).toEqual([]);
  const at = (px: number, py: number): number => (py - frame.y) * frame.width + px - frame.x;
  return { value: x.data[at(30, 30)], tau: tau[at(30, 30)], rim: tau[at(23, 30)] };
};

describe('givenFill', () => {
  it('reads the painted pixels as they are, and doubts them only', () => {
    expect(centre('exemplar').value).toBeCloseTo((data[30 * side + 30] / 255) * 2 - 1, 6);
    const [{ frame, tau }] = givenFill(picture, mask, 'auto', 1).windows;
    tau.forEach((t, i) => {
      const pixel = (frame.y + Math.floor(i / frame.width)) * side + frame.x + (i % frame.width);
      expect(t > 0).toBe(mask[pixel] !== 0);
    });
  });

  it('doubts a smooth fill more the farther from the rim, a copied one hardly', () => {
    const smooth = centre('smooth');
    expect(smooth.tau).toBeGreaterThan(3 * smooth.rim);
    expect(centre('exemplar').tau).toBeLessThan(smooth.tau);
    expect(centre('copied').tau).toBeLessThan(centre('exemplar').tau);
  });
});
