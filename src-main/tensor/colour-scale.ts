import type { Picture } from './picture.ts';

/**
 * Colours from black over purple and orange to pale yellow, of evenly rising lightness, so that a map also reads in
 * grey: stops of matplotlib's `inferno` (CC0) at equal distances.
 */
const stops: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

/** @param share  0…1, kept within. */
export function scaleColour(share: number): [number, number, number] {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(Math.floor(position), stops.length - 2);
  const part = position - index;
  const [from, to] = [stops[index], stops[index + 1]];
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** Digits of 3 × 5 pixels, rows of three bits. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 2, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '.': [0, 0, 0, 0, 2],
  '-': [0, 0, 7, 0, 0],
};

function labelOf(value: number): string {
  const text = `${+value.toPrecision(3)}`;
  return /e/.test(text) ? value.toFixed(3) : text;
}

/** Pixels of the bar's height for one step in the size of its digits. */
const STEP = 160;

/**
 * The values of a picture in colours, 8-bit RGB, and to its right a bar of the colours with the values of its lower
 * end, middle and upper end.
 * @param values  height × width.
 */
export function colourMap(
  values: ArrayLike<number>,
  width: number,
  height: number,
  low: number,
  high: number,
): Picture {
  const size = 1 + Math.floor(height / STEP);
  const labels = [high, (low + high) / 2, low].map(labelOf);
  const [gap, bar] = [4 * size, 8 * size];
  const text = 4 * size * Math.max(...labels.map((label) => label.length));
  const total = width + gap + bar + gap + text + gap;
  const data = new Uint8Array(total * height * 3).fill(255);
  const range = high > low ? high - low : 1;
  const paint = (x: number, y: number, colour: readonly number[]): void => {
    if (x < total && y >= 0 && y < height) data.set(colour, 3 * (y * total + x));
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) paint(x, y, scaleColour((values[y * width + x] - low) / range));
    const share = height > 1 ? 1 - y / (height - 1) : 1;
    for (let x = 0; x < bar; x++) paint(width + gap + x, y, scaleColour(share));
  }
  const tops = [0, Math.round(height / 2 - 2.5 * size), height - 5 * size];
  labels.forEach((label, i) => {
    [...label].forEach((character, k) => {
      const left = width + gap + bar + gap + 4 * size * k;
      glyphs[character].forEach((row, v) => {
        for (let u = 0; u < 3; u++) {
          if (((row >> (2 - u)) & 1) === 0) continue;
          for (let q = 0; q < size * size; q++) {
            paint(left + u * size + (q % size), tops[i] + v * size + Math.floor(q / size), [0, 0, 0]);
          }
        }
      });
    });
  });
  return { width: total, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}
