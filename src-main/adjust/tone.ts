import type { Adjustment } from '../contract/adjustment.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';

type Tones = Pick<Adjustment, 'balance' | 'levels' | 'curve'>;

/**
 * The picture with other tones, sample by sample through a table of its depth; alpha stays, and so does everything when
 * the tones change nothing. Grey pictures have no balance.
 */
export function withTones(picture: Picture, tones: Tones): Picture {
  const channels = channelCount(picture.mode);
  const colours = channels >= 3 ? 3 : 1;
  const top = picture.bitDepth === 8 ? 255 : 65535;
  const tables = Array.from({ length: colours }, (_, channel) => toneTable(tones, colours === 1 ? 1 : channel, top));
  if (tables.every(changesNothing)) return picture;
  const data = picture.data.slice();
  for (let c = 0; c < colours; c++) {
    const table = tables[c];
    for (let i = c; i < data.length; i += channels) data[i] = table[data[i]];
  }
  return { ...picture, data };
}

/**
 * What becomes of each sample value of a channel: balance, then levels, then the curve.
 * @param channel  0 red, 1 green or grey, 2 blue.
 * @param top  the largest sample value.
 */
export function toneTable({ balance, levels, curve }: Tones, channel: number, top: number): Uint16Array {
  // Half a stop each way; tint moves green against both others.
  const stops = [
    balance.temperature / 2 + balance.tint / 4,
    -balance.tint / 4,
    -balance.temperature / 2 + balance.tint / 4,
  ];
  const gain = 2 ** stops[channel];
  const { black, white, gamma } = levels;
  const bend = monotoneCurve(curve);
  const table = new Uint16Array(top + 1);
  for (let i = 0; i <= top; i++) {
    const stretched = clamp(((i / top) * gain - black) / (white - black));
    const bright = gamma === 1 ? stretched : stretched ** (1 / gamma);
    table[i] = Math.round(top * clamp(bend(bright)));
  }
  return table;
}

/** Slope that counts as none. */
const FLAT = 1e-9;

/**
 * A cubic through points that never overshoots them (Fritsch and Carlson, "Monotone Piecewise Cubic Interpolation", SIAM
 * J. Numer. Anal. 17, 1980): rising points give a rising curve.
 * @param points  (x, y) with rising x, two or more.
 */
export function monotoneCurve(points: readonly (readonly [number, number])[]): (x: number) => number {
  const last = points.length - 1;
  const slopes = points.slice(1).map(([x, y], i) => (y - points[i][1]) / (x - points[i][0]));
  const tangents = points.map((_, i) => {
    if (i === 0) return slopes[0];
    if (i === last) return slopes[last - 1];
    return slopes[i - 1] * slopes[i] <= 0 ? 0 : (slopes[i - 1] + slopes[i]) / 2;
  });
  slopes.forEach((slope, i) => {
    // Steps too small for any sample to show them.
    if (Math.abs(slope) < FLAT) {
      tangents[i] = tangents[i + 1] = 0;
      return;
    }
    const [a, b] = [tangents[i] / slope, tangents[i + 1] / slope];
    const length = Math.hypot(a, b);
    if (length <= 3) return;
    tangents[i] = (3 / length) * a * slope;
    tangents[i + 1] = (3 / length) * b * slope;
  });
  return (x) => {
    if (x <= points[0][0]) return points[0][1];
    if (x >= points[last][0]) return points[last][1];
    const i = points.findIndex(([right]) => x < right) - 1;
    const [[x0, y0], [x1, y1]] = [points[i], points[i + 1]];
    const width = x1 - x0;
    const t = (x - x0) / width;
    const [t2, t3] = [t * t, t * t * t];
    return (
      (2 * t3 - 3 * t2 + 1) * y0 +
      (t3 - 2 * t2 + t) * width * tangents[i] +
      (3 * t2 - 2 * t3) * y1 +
      (t3 - t2) * width * tangents[i + 1]
    );
  };
}

function changesNothing(table: Uint16Array): boolean {
  return table.every((value, index) => value === index);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
