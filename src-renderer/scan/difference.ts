/** What a picture of differences and its legend need. */
export interface Difference {
  readonly values: Float32Array;
  /** Root mean square inside the inscribed disk. */
  readonly rms: number;
}

/** estimate − truth of two square slices with `side` pixels; outside of the disk that a scanner sees it is 0. */
export function differenceOf(estimate: Float32Array, truth: Float32Array, side: number): Difference {
  const values = new Float32Array(estimate.length);
  const centre = (side - 1) / 2;
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Math.hypot((i % side) - centre, Math.floor(i / side) - centre) > side / 2) continue;
    values[i] = estimate[i] - truth[i];
    sum += values[i] ** 2;
    count++;
  }
  return { values, rms: Math.sqrt(sum / count) };
}

/** Blue below, white at 0, orange above; full colour at ± `range`. Told apart without red and green. */
export function differenceColors(values: Float32Array, range: number): Uint8ClampedArray {
  const out = new Uint8ClampedArray(4 * values.length);
  const [low, middle, high] = [
    [33, 80, 190],
    [247, 247, 247],
    [190, 85, 10],
  ];
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, Math.abs(values[i]) / range);
    const end = values[i] < 0 ? low : high;
    for (let c = 0; c < 3; c++) out[4 * i + c] = middle[c] + share * (end[c] - middle[c]);
    out[4 * i + 3] = 255;
  }
  return out;
}
