import { HIGHEST_HU, LOWEST_HU, type Slice } from './scan.ts';

/** PSNR in dB and mean SSIM. */
export interface SliceQuality {
  readonly psnr: number;
  readonly ssim: number;
}

/** Standard deviation of the window of SSIM, pixels, and its constants (Wang et al. 2004). */
const SSIM_SIGMA = 1.5;
const SSIM_RADIUS = 5;
const SSIM_K1 = 0.01;
const SSIM_K2 = 0.03;
/** Values are compared on the window −1024…2000 HU, its length being the data range 1. */
const RANGE = HIGHEST_HU - LOWEST_HU;

/** Whether pixel (row, column) lies in the disk that parallel views see from every side. */
export function insideDisk(row: number, column: number, side: number): boolean {
  const centre = (side - 1) / 2;
  return Math.hypot(row - centre, column - centre) <= side / 2;
}

/** Quality of a square reconstruction inside its inscribed disk, values clipped to −1024…2000 HU. */
export function sliceQuality(estimate: Slice, truth: Slice): SliceQuality {
  const side = truth.width;
  const unit = (hu: number): number => (Math.min(HIGHEST_HU, Math.max(LOWEST_HU, hu)) - LOWEST_HU) / RANGE;
  const a = Float64Array.from(estimate.data, unit);
  const b = Float64Array.from(truth.data, unit);
  const means = { a: smooth(a, side), b: smooth(b, side) };
  const squares = { aa: smooth(product(a, a), side), bb: smooth(product(b, b), side), ab: smooth(product(a, b), side) };
  let error = 0;
  let similarity = 0;
  let count = 0;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      if (!insideDisk(i, j, side)) continue;
      const at = i * side + j;
      const [ma, mb] = [means.a[at], means.b[at]];
      const covariance = squares.ab[at] - ma * mb;
      const variances = squares.aa[at] - ma * ma + squares.bb[at] - mb * mb;
      similarity +=
        ((2 * ma * mb + SSIM_K1 ** 2) * (2 * covariance + SSIM_K2 ** 2)) /
        ((ma * ma + mb * mb + SSIM_K1 ** 2) * (variances + SSIM_K2 ** 2));
      error += (a[at] - b[at]) ** 2;
      count++;
    }
  }
  return { psnr: -10 * Math.log10(error / count), ssim: similarity / count };
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]);
}

/** Gaussian mean of every pixel's surroundings, borders repeated. */
function smooth(plane: Float64Array, side: number): Float64Array {
  const weights = Array.from({ length: 2 * SSIM_RADIUS + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - SSIM_RADIUS) / SSIM_SIGMA) ** 2),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const clamp = (index: number): number => Math.min(side - 1, Math.max(0, index));
  const along = (source: Float64Array, at: (line: number, place: number) => number): Float64Array => {
    const out = new Float64Array(source.length);
    for (let line = 0; line < side; line++) {
      for (let place = 0; place < side; place++) {
        let sum = 0;
        weights.forEach((weight, k) => (sum += weight * source[at(line, clamp(place + k - SSIM_RADIUS))]));
        out[at(line, place)] = sum / total;
      }
    }
    return out;
  };
  const rows = along(plane, (line, place) => line * side + place);
  return along(rows, (line, place) => place * side + line);
}
