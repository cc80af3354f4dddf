import { describe, expect, it } from 'vitest';
import { fillStroke } from '../../src-main/heal/fill-stroke.ts';
import { HealedPicture } from '../../src-main/heal/healed-picture.ts';
import { spansFrom, type Spans } from '../../src-main/heal/spans.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

/** A grey slope that a fill continues, with a black scratch of `width` from the top left to the bottom right. */
function scratched(side: number, width: number, bitDepth: 8 | 16 = 8) {
  const unit = bitDepth === 8 ? 1 : 257;
  const data = bitDepth === 8 ? new Uint8Array(side * side) : new Uint16Array(side * side);
  const runs: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) data[y * side + x] = (60 + (120 * x) / side) * unit;
    const first = Math.min(y, side - width);
    data.fill(0, y * side + first, y * side + first + width);
    runs.push(y, first, width);
  }
  const picture: Picture = { width: side, height: side, mode: 'gray', bitDepth, data, metadata: { orientation: 1 } };
  return { healed: new HealedPicture(picture), spans: spansFrom(Uint32Array.from(runs)), unit };
}

const smooth = { fill: 'smooth', seed: 1 } as const;

describe('the fill of a stroke', () => {
  it.each([8, 16] as const)('continues what lies around it, at %i bits', async (bitDepth) => {
    const { healed, spans, unit } = scratched(60, 3, bitDepth);
    const samples = (await fillStroke(healed, 'new', spans, smooth)).samples;
    spans.runs.forEach((_, i, runs) => {
      if (i % 3 !== 0) return;
      const expected = (60 + (120 * runs[i + 1]) / 60) * unit;
      expect(Math.abs(samples[i] - expected)).toBeLessThan(8 * unit);
    });
  });

  it('fills a scratch across a large picture window by window, without a seam', async () => {
    const { healed, spans } = scratched(700, 4);
    const samples = (await fillStroke(healed, 'new', spans, smooth)).samples;
    for (let run = 0; run < 699; run++) {
      expect(Math.abs(samples[run * 4] - samples[(run + 1) * 4])).toBeLessThan(4);
    }
  });

  it('does not look at what else is damaged', async () => {
    const { healed, spans } = scratched(60, 3);
    // A white column beside a part of the scratch.
    for (let y = 0; y < 60; y++) healed.original.data[y * 60 + 24] = 255;
    const column = spansFrom(Uint32Array.from(Array.from({ length: 60 }, (_, y) => [y, 24, 1]).flat()));
    const brightest = async (avoid?: Spans): Promise<number> => {
      const { samples } = await fillStroke(healed, 'new', spans, smooth, avoid);
      return Math.max(...samples.slice(15 * 3, 30 * 3));
    };
    expect(await brightest()).toBeGreaterThan(150);
    expect(await brightest(column)).toBeLessThan(130);
  });

  it('copies from the place that was chosen', async () => {
    const data = Uint8Array.from({ length: 80 * 80 }, (_, i) => 90 + 20 * (Math.floor((i % 80) / 4) % 2));
    const picture: Picture = { width: 80, height: 80, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
    const healed = new HealedPicture(picture);
    const spans = spansFrom(Uint32Array.from(Array.from({ length: 10 }, (_, y) => [20 + y, 20, 10]).flat()));
    const copied = { fill: 'copied', seed: 1, offset: { x: 16, y: 30 } } as const;
    const { samples, notice } = await fillStroke(healed, 'new', spans, copied);
    expect(notice).toBeUndefined();
    samples.forEach((value, i) => expect(Math.abs(value - data[20 + (i % 10) + 16])).toBeLessThan(3));
    const away = await fillStroke(healed, 'new', spans, { ...copied, offset: { x: 55, y: 0 } });
    expect(away.notice).toBe('no-source');
  });

  it('takes patches only from the source region', async () => {
    // Stripes across and, on the right, down; the hole is on the left.
    const stripes = (x: number, y: number): number => (x < 100 ? 60 + 40 * (y % 2) : 180 + 40 * (x % 2));
    const data = Uint8Array.from({ length: 200 * 100 }, (_, i) => stripes(i % 200, Math.floor(i / 200)));
    const picture: Picture = { width: 200, height: 100, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
    const spans = spansFrom(Uint32Array.from(Array.from({ length: 24 }, (_, y) => [40 + y, 30, 24]).flat()));
    const fill = async (source?: { x: number; y: number; width: number; height: number }): Promise<number> => {
      const recipe = { fill: 'exemplar', seed: 1, ...(source && { source }) } as const;
      const { samples } = await fillStroke(new HealedPicture(picture), 'new', spans, recipe);
      return Math.abs(samples[12 * 24 + 12] - samples[12 * 24 + 13]);
    };
    expect(await fill()).toBeLessThan(5);
    expect(await fill({ x: 120, y: 10, width: 70, height: 80 })).toBeGreaterThan(30);
  });

  it('says so where nothing is left to fill from, or the stroke leaves the picture', async () => {
    const { healed } = scratched(60, 3);
    const all = spansFrom(Uint32Array.from(Array.from({ length: 60 }, (_, y) => [y, 0, 60]).flat()));
    await expect(fillStroke(healed, 'new', all, smooth)).rejects.toThrow(/covers the whole picture/);
    const outside = spansFrom(Uint32Array.of(59, 58, 4));
    await expect(fillStroke(healed, 'new', outside, smooth)).rejects.toThrow(/leaves the picture/);
  });
});
