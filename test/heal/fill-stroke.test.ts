import { describe, expect, it } from 'vitest';
import { fillStroke } from '../../src-main/heal/fill-stroke.ts';
import { HealedPicture } from '../../src-main/heal/healed-picture.ts';
import { spansFrom } from '../../src-main/heal/spans.ts';
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

describe('the fill of a stroke', () => {
  it.each([8, 16] as const)('continues what lies around it, at %i bits', (bitDepth) => {
    const { healed, spans, unit } = scratched(60, 3, bitDepth);
    const samples = fillStroke(healed, 'new', spans, undefined);
    spans.runs.forEach((_, i, runs) => {
      if (i % 3 !== 0) return;
      const expected = (60 + (120 * runs[i + 1]) / 60) * unit;
      expect(Math.abs(samples[i] - expected)).toBeLessThan(8 * unit);
    });
  });

  it('fills a scratch across a large picture window by window, without a seam', () => {
    const { healed, spans } = scratched(1500, 4);
    const samples = fillStroke(healed, 'new', spans, undefined);
    for (let run = 0; run < 1499; run++) {
      expect(Math.abs(samples[run * 4] - samples[(run + 1) * 4])).toBeLessThan(4);
    }
  });

  it('does not look at what else is damaged', () => {
    const { healed, spans } = scratched(60, 3);
    // A white column beside the scratch's middle.
    for (let y = 0; y < 60; y++) healed.original.data[y * 60 + 34] = 255;
    const column = spansFrom(Uint32Array.from(Array.from({ length: 60 }, (_, y) => [y, 34, 1]).flat()));
    const brightest = (samples: ArrayLike<number>): number => Math.max(...Array.from(samples));
    expect(brightest(fillStroke(healed, 'new', spans, undefined))).toBeGreaterThan(200);
    expect(brightest(fillStroke(healed, 'new', spans, column))).toBeLessThan(190);
  });

  it('says so where nothing is left to fill from, or the stroke leaves the picture', () => {
    const { healed } = scratched(60, 3);
    const all = spansFrom(Uint32Array.from(Array.from({ length: 60 }, (_, y) => [y, 0, 60]).flat()));
    expect(() => fillStroke(healed, 'new', all, undefined)).toThrow(/covers the whole picture/);
    const outside = spansFrom(Uint32Array.of(59, 58, 4));
    expect(() => fillStroke(healed, 'new', outside, undefined)).toThrow(/leaves the picture/);
  });
});
