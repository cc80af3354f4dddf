import { describe, expect, it } from 'vitest';
import { HealedPicture, samplesAt, type PixelLayer } from '../../src-main/heal/healed-picture.ts';
import { spansFrom } from '../../src-main/heal/spans.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

/** 6 × 4 pixels with alpha. */
function picture(bitDepth: 8 | 16 = 8): Picture {
  const values = Array.from({ length: 6 * 4 * 4 }, (_, i) => (i * 7) % 200);
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values, (value) => value * 257);
  return { width: 6, height: 4, mode: 'rgb-alpha', bitDepth, data, metadata: { orientation: 1 } };
}

function layer(id: string, runs: readonly number[], value: number, opacity = 1): PixelLayer {
  const spans = spansFrom(Uint32Array.from(runs));
  return { id, spans, samples: new Uint8Array(spans.count * 3).fill(value), opacity };
}

describe('a healed picture', () => {
  it('shows layers over one another and leaves everything else, and alpha, to the bit', () => {
    const original = picture();
    const before = original.data.slice();
    const healed = new HealedPicture(original);
    healed.setLayers([layer('a', [1, 1, 3], 250), layer('b', [1, 3, 2, 2, 0, 1], 10)]);
    const { data } = healed.whole();
    const expected = before.slice();
    for (const pixel of [7, 8]) expected.fill(250, pixel * 4, pixel * 4 + 3);
    for (const pixel of [9, 10, 12]) expected.fill(10, pixel * 4, pixel * 4 + 3);
    expect(data).toEqual(expected);
    expect(original.data).toEqual(before);
    healed.setLayers([]);
    expect(healed.whole().data).toEqual(before);
  });

  it('fades a layer into what lies under it, at 16 bits', () => {
    const healed = new HealedPicture(picture(16));
    const spans = spansFrom(Uint32Array.of(0, 0, 1));
    const before = healed.original.data.slice(0, 3);
    healed.setLayers([{ id: 'a', spans, samples: new Uint16Array(3).fill(60000), opacity: 0.25 }]);
    const after = healed.whole().data.slice(0, 3);
    expect([...after]).toEqual([...before].map((value) => Math.round(value + (60000 - value) * 0.25)));
  });

  it('tells where the layers of two lists differ', () => {
    const healed = new HealedPicture(picture());
    const [a, b, c] = [layer('a', [0, 0, 2], 1), layer('b', [1, 1, 2], 2), layer('c', [3, 4, 1], 3)];
    expect(healed.setLayers([a, b, c])).toEqual([{ x: 0, y: 0, width: 5, height: 4 }]);
    expect(healed.setLayers([a, b, c])).toEqual([]);
    expect(healed.setLayers([a, c])).toEqual([{ x: 1, y: 1, width: 2, height: 1 }]);
    expect(healed.setLayers([{ ...a, opacity: 0.5 }, c])).toEqual([{ x: 0, y: 0, width: 2, height: 1 }]);
    expect(healed.setLayers([c, { ...a, opacity: 0.5 }])).toEqual([{ x: 0, y: 0, width: 5, height: 4 }]);
  });

  it('gives a part without one of the layers', () => {
    const healed = new HealedPicture(picture());
    healed.setLayers([layer('a', [1, 1, 3], 250), layer('b', [1, 3, 2], 10)]);
    const rect = { x: 2, y: 1, width: 2, height: 1 };
    const { data } = healed.part(rect, 'b').picture;
    expect([...data].filter((_, i) => i % 4 < 3)).toEqual(new Array<number>(6).fill(250));
    const spans = spansFrom(Uint32Array.of(1, 3, 1));
    expect([...samplesAt(healed.part(rect), spans)]).toEqual([10, 10, 10]);
  });

  it('refuses a layer that leaves the picture or is of another depth', () => {
    const healed = new HealedPicture(picture());
    expect(() => healed.setLayers([layer('a', [3, 4, 3], 1)])).toThrow(/does not fit/);
    const deep = { ...layer('a', [0, 0, 1], 1), samples: new Uint16Array(3) };
    expect(() => healed.setLayers([deep])).toThrow(/does not fit/);
    expect(healed.layers).toEqual([]);
  });
});
