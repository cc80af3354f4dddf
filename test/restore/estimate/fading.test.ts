import { expect, it } from 'vitest';
import { estimateFading } from '../../../src-main/restore/estimate/fading.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';

/** Ramps from black to white, faded by channel. */
function ramps(gains: readonly number[], offsets: readonly number[]): Picture {
  const side = 64;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const value = ((Math.floor(i / 3) % side) * 255) / (side - 1);
    return Math.round(gains[i % 3] * value + offsets[i % 3]);
  });
  return { width: side, height: side, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

it('finds gain and offset of each channel of a faded picture', () => {
  const gains = [0.6, 0.5, 0.4];
  const offsets = [60, 50, 40];
  const { fading, verdict } = estimateFading(ramps(gains, offsets));
  expect(verdict).toBe('faded');
  [fading.gain].flat().forEach((gain, c) => expect(Math.abs(gain - gains[c])).toBeLessThan(0.05));
  [fading.offset].flat().forEach((offset, c) => expect(Math.abs(offset - offsets[c])).toBeLessThan(8));
});

it('leaves dull scenes alone that keep black or a neutral white, and undoes what is doubtful in part', () => {
  // Dusk: black, but no white. Fog: white, but no black. A red evening.
  for (const [gains, offsets] of [
    [
      [0.75, 0.75, 0.75],
      [6, 6, 6],
    ],
    [
      [0.55, 0.55, 0.55],
      [112, 112, 112],
    ],
    [
      [0.95, 0.6, 0.4],
      [4, 4, 4],
    ],
  ]) {
    expect(estimateFading(ramps(gains, offsets))).toMatchObject({ fading: { gain: 1, offset: 0 }, verdict: 'sound' });
  }
  const doubtful = estimateFading(ramps([0.82, 0.82, 0.82], [20, 20, 20]));
  expect(doubtful.verdict).toBe('unsure');
  [doubtful.fading.gain].flat().forEach((gain) => {
    expect(gain).toBeGreaterThan(0.9);
    expect(gain).toBeLessThan(1);
  });
});

it('does not take the white of scratches for that of the print', () => {
  const faded = ramps([0.62, 0.62, 0.62], [45, 45, 45]);
  const data = faded.data.map((value, i) => (Math.abs((Math.floor(i / 3) % 64) - 20) <= 1 ? 255 : value));
  expect(estimateFading({ ...faded, data })).toMatchObject({ verdict: 'unsure', fading: { gain: 1, offset: 0 } });
});

it('leaves a picture from black to white alone', () => {
  expect(estimateFading(ramps([1, 1, 1], [0, 0, 0]))).toMatchObject({
    fading: { gain: 1, offset: 0 },
    verdict: 'sound',
  });
});
