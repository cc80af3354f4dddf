import { invalidArgument } from '../../../src-main/errors.ts';
import { expandWithin } from '../geometry.ts';
import type { MaskLayer } from '../mask-layer.ts';

export const MAX_FEATHER = 500;

const PASSES = 3;

/** Columns blurred together: a cache line of the picture's rows feeds all of them. */
const COLUMNS = 64;

/**
 * Softens the mask's edges: convolution with a Gaussian of standard deviation `sigma` pixels, approximated by three
 * extended box filters (Gwosdek, Grewenig, Bruhn & Weickert 2011, "Theoretical foundations of Gaussian convolution by
 * extended box filtering") whose variance is exact for any sigma and whose cost does not depend on it. Coverage
 * continues beyond the picture's edge, so that a mask that touches it does not fade there.
 * @throws invalid-argument unless 0 ≤ sigma ≤ 500.
 */
export function featherMask(layer: MaskLayer, sigma: number): void {
  if (!(sigma >= 0 && sigma <= MAX_FEATHER)) throw invalidArgument('sigma', `0 to ${MAX_FEATHER} pixels`, sigma);
  const painted = layer.bounds;
  if (painted === undefined || sigma === 0) return;
  const box = boxFor(sigma);
  const area = expandWithin(painted, PASSES * (box.radius + 1), layer);
  if (area === undefined) return;
  const { width, height } = area;
  const coverage = layer.read(area);
  // 1/256 of a level: two rounded passes stay within half a level of the exact result.
  const across = new Uint16Array(coverage.length);
  const rows = new LineBlur(width, box);
  for (let row = 0; row < coverage.length; row += width) {
    for (let x = 0; x < width; x++) rows.line[x] = coverage[row + x];
    const blurred = rows.blur();
    for (let x = 0; x < width; x++) across[row + x] = Math.round(blurred[x] * 256);
  }
  const columns = Array.from({ length: Math.min(COLUMNS, width) }, () => new LineBlur(height, box));
  for (let left = 0; left < width; left += COLUMNS) {
    const count = Math.min(COLUMNS, width - left);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < count; k++) columns[k].line[y] = across[y * width + left + k];
    }
    for (let k = 0; k < count; k++) columns[k].blur();
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < count; k++) coverage[y * width + left + k] = Math.round(columns[k].line[y] / 256);
    }
  }
  layer.blendRect(area, coverage, 0, width, 'replace');
}

interface Box {
  /** Pixels of full weight on each side of the centre. */
  readonly radius: number;
  /** Weight of the one pixel beyond, on each side. */
  readonly rim: number;
}

/** The extended box whose threefold convolution has variance sigma² (equations 12 and 13 of the paper). */
function boxFor(sigma: number): Box {
  const variance = (sigma * sigma) / PASSES;
  const radius = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const rim = ((2 * radius + 1) * (radius * (radius + 1) - 3 * variance)) / (6 * (variance - (radius + 1) ** 2));
  return { radius, rim };
}

/** Blurs one line at a time in place. */
class LineBlur {
  readonly line: Float64Array;
  readonly #box: Box;
  readonly #sums: Float64Array;

  constructor(length: number, box: Box) {
    this.line = new Float64Array(length);
    this.#box = box;
    this.#sums = new Float64Array(length + 2 * (box.radius + 1) + 1);
  }

  blur(): Float64Array {
    for (let pass = 0; pass < PASSES; pass++) this.#pass();
    return this.line;
  }

  #pass(): void {
    const { radius, rim } = this.#box;
    const { line } = this;
    const sums = this.#sums;
    const margin = radius + 1;
    const last = line.length - 1;
    // sums[i] = Σ of the line, continued at both ends, over the i values from −margin on.
    for (let i = 0; i < sums.length - 1; i++) sums[i + 1] = sums[i] + line[Math.min(last, Math.max(0, i - margin))];
    const weight = 1 / (2 * radius + 1 + 2 * rim);
    for (let x = 0; x <= last; x++) {
      const inside = sums[x + 2 * radius + 2] - sums[x + 1];
      const wide = sums[x + 2 * radius + 3] - sums[x];
      line[x] = (inside + rim * (wide - inside)) * weight;
    }
  }
}
