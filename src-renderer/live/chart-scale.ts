/** A value at a step of the run. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface ChartSeries {
  readonly name: string;
  /** Index of the colour and of the mark that tells it from the others. */
  readonly style: 1 | 2 | 3;
  readonly points: readonly ChartPoint[];
}

/** Maps values to 0…1. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
  readonly isLogarithmic: boolean;
}

/**
 * A scale that holds the values: logarithmic where they are positive and span more than a factor of 20, otherwise from
 * 0 on. Zeros and what is not finite are left out of a logarithmic one.
 */
export function scaleOf(values: readonly number[]): ChartScale {
  const finite = values.filter(Number.isFinite);
  const positive = finite.filter((value) => value > 0);
  const high = finite.reduce((a, b) => Math.max(a, b), 0);
  const low = positive.reduce((a, b) => Math.min(a, b), Infinity);
  if (high > 20 * low && finite.every((value) => value >= 0)) return { low, high, isLogarithmic: true };
  return { low: finite.reduce((a, b) => Math.min(a, b), 0), high: high > 0 ? high : 1, isLogarithmic: false };
}

/** Place of a value on the scale, 0 (low) … 1 (high), cut to it. */
export function place({ low, high, isLogarithmic }: ChartScale, value: number): number {
  if (high <= low) return 0.5;
  const share = isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
}

/** At most `most` points, evenly taken, first and last among them: more than these are not told apart on a screen. */
export function thinned(points: readonly ChartPoint[], most = 300): readonly ChartPoint[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]);
}
