import { invalidArgument } from '../errors.ts';

/**
 * Complex discrete Fourier transforms of any length in double precision, X_k = Σ_j x_j e^{−2πi jk/n}: a self-sorting
 * (Stockham) transform over factors 4, 2 and odd primes up to 13, and Bluestein's (1970) chirp algorithm where a
 * larger prime divides the length. Real and imaginary parts are separate arrays, transformed in place.
 */
export class Fft {
  readonly length: number;
  readonly #factors: readonly number[];
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #chirp: Chirp | undefined;
  #scratchRe = new Float64Array(0);
  #scratchIm = new Float64Array(0);

  /** @throws invalid-argument unless `length` is an integer ≥ 1. */
  constructor(length: number) {
    if (!Number.isSafeInteger(length) || length < 1) throw invalidArgument('length', 'an integer ≥ 1', length);
    this.length = length;
    const factors = smallFactors(length);
    this.#factors = factors ?? [];
    if (factors === undefined) this.#chirp = new Chirp(length);
    const table = factors === undefined ? 0 : length;
    this.#cos = Float64Array.from({ length: table }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: table }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  }

  /**
   * Transforms `count` interleaved sequences in place: element j of sequence q is at j·count + q. The arrays hold
   * exactly length·count values.
   */
  forward(re: Float64Array, im: Float64Array, count = 1): void {
    if (re.length !== this.length * count || im.length !== re.length) {
      throw invalidArgument('re and im', `${this.length * count} values each`, [re.length, im.length]);
    }
    if (this.#chirp !== undefined) this.#chirp.transform(re, im, count);
    else this.#stockham(re, im, count);
  }

  /** The inverse of `forward`, with the factor 1/length. */
  inverse(re: Float64Array, im: Float64Array, count = 1): void {
    // Exchanging the parts conjugates the transform.
    this.forward(im, re, count);
    const factor = 1 / this.length;
    for (let i = 0; i < re.length; i++) {
      re[i] *= factor;
      im[i] *= factor;
    }
  }

  #stockham(re: Float64Array, im: Float64Array, count: number): void {
    if (this.#scratchRe.length !== re.length) {
      this.#scratchRe = new Float64Array(re.length);
      this.#scratchIm = new Float64Array(re.length);
    }
    let from: Complex = { re, im };
    let to: Complex = { re: this.#scratchRe, im: this.#scratchIm };
    let remaining = this.length;
    let stride = count;
    for (const radix of this.#factors) {
      if (radix === 4) this.#pass4(from, to, remaining / 4, stride);
      else if (radix === 2) this.#pass2(from, to, remaining / 2, stride);
      else this.#passOdd(from, to, radix, remaining / radix, stride);
      [from, to] = [to, from];
      remaining /= radix;
      stride *= radix;
    }
    if (from.re !== re) {
      re.set(from.re);
      im.set(from.im);
    }
  }

  #pass2(from: Complex, to: Complex, m: number, s: number): void {
    const { re: ar, im: ai } = from;
    const { re: br, im: bi } = to;
    const turn = this.length / (2 * m);
    for (let p = 0; p < m; p++) {
      const wr = this.#cos[p * turn];
      const wi = this.#sin[p * turn];
      const half = s * m;
      for (let a = s * p, end = a + s, b = 2 * s * p; a < end; a++, b++) {
        const dr = ar[a] - ar[a + half];
        const di = ai[a] - ai[a + half];
        br[b] = ar[a] + ar[a + half];
        bi[b] = ai[a] + ai[a + half];
        br[b + s] = dr * wr - di * wi;
        bi[b + s] = dr * wi + di * wr;
      }
    }
  }

  #pass4(from: Complex, to: Complex, m: number, s: number): void {
    const { re: ar, im: ai } = from;
    const { re: br, im: bi } = to;
    const turn = this.length / (4 * m);
    const quarter = s * m;
    for (let p = 0; p < m; p++) {
      const w1r = this.#cos[p * turn];
      const w1i = this.#sin[p * turn];
      const w2r = this.#cos[2 * p * turn];
      const w2i = this.#sin[2 * p * turn];
      const w3r = this.#cos[3 * p * turn];
      const w3i = this.#sin[3 * p * turn];
      for (let a0 = s * p, end = a0 + s, b = 4 * s * p; a0 < end; a0++, b++) {
        const a1 = a0 + quarter;
        const a2 = a1 + quarter;
        const a3 = a2 + quarter;
        const sr = ar[a0] + ar[a2];
        const si = ai[a0] + ai[a2];
        const dr = ar[a0] - ar[a2];
        const di = ai[a0] - ai[a2];
        const tr = ar[a1] + ar[a3];
        const ti = ai[a1] + ai[a3];
        // −i·(a1 − a3)
        const ur = ai[a1] - ai[a3];
        const ui = ar[a3] - ar[a1];
        br[b] = sr + tr;
        bi[b] = si + ti;
        br[b + s] = (dr + ur) * w1r - (di + ui) * w1i;
        bi[b + s] = (dr + ur) * w1i + (di + ui) * w1r;
        br[b + 2 * s] = (sr - tr) * w2r - (si - ti) * w2i;
        bi[b + 2 * s] = (sr - tr) * w2i + (si - ti) * w2r;
        br[b + 3 * s] = (dr - ur) * w3r - (di - ui) * w3i;
        bi[b + 3 * s] = (dr - ur) * w3i + (di - ui) * w3r;
      }
    }
  }

  /** Terms j and radix − j share their cosines and, but for the sign, their sines. */
  #passOdd(from: Complex, to: Complex, radix: number, m: number, s: number): void {
    const { re: ar, im: ai } = from;
    const { re: br, im: bi } = to;
    const tableCos = this.#cos;
    const tableSin = this.#sin;
    const turn = this.length / (radix * m);
    const root = this.length / radix;
    const half = (radix - 1) / 2;
    const evenRe = new Float64Array(half + 1);
    const evenIm = new Float64Array(half + 1);
    const oddRe = new Float64Array(half + 1);
    const oddIm = new Float64Array(half + 1);
    const cos = Float64Array.from({ length: radix }, (_, k) => tableCos[k * root]);
    const sin = Float64Array.from({ length: radix }, (_, k) => tableSin[k * root]);
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < s; q++) {
        const a0 = s * p + q;
        const b0 = s * radix * p + q;
        let sumRe = ar[a0];
        let sumIm = ai[a0];
        for (let j = 1; j <= half; j++) {
          const low = a0 + s * m * j;
          const high = a0 + s * m * (radix - j);
          sumRe += evenRe[j] = ar[low] + ar[high];
          sumIm += evenIm[j] = ai[low] + ai[high];
          oddRe[j] = ar[low] - ar[high];
          oddIm[j] = ai[low] - ai[high];
        }
        br[b0] = sumRe;
        bi[b0] = sumIm;
        for (let k = 1; k <= half; k++) {
          let er = ar[a0];
          let ei = ai[a0];
          let or = 0;
          let oi = 0;
          for (let j = 1, w = k; j <= half; j++, w = w + k < radix ? w + k : w + k - radix) {
            er += evenRe[j] * cos[w];
            ei += evenIm[j] * cos[w];
            or -= oddIm[j] * sin[w];
            oi += oddRe[j] * sin[w];
          }
          const low = p * k * turn;
          br[b0 + s * k] = (er + or) * tableCos[low] - (ei + oi) * tableSin[low];
          bi[b0 + s * k] = (er + or) * tableSin[low] + (ei + oi) * tableCos[low];
          const high = p * (radix - k) * turn;
          br[b0 + s * (radix - k)] = (er - or) * tableCos[high] - (ei - oi) * tableSin[high];
          bi[b0 + s * (radix - k)] = (er - or) * tableSin[high] + (ei - oi) * tableCos[high];
        }
      }
    }
  }
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Bluestein's algorithm: a transform of any length as a convolution with a chirp, at a power of two. */
class Chirp {
  readonly #length: number;
  readonly #fft: Fft;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #filter: Complex;

  constructor(length: number) {
    this.#length = length;
    const padded = 2 ** Math.ceil(Math.log2(2 * length - 1));
    this.#fft = new Fft(padded);
    // j² is reduced modulo 2n before it becomes an angle: large angles lose digits.
    const angle = (j: number): number => (Math.PI * Number((BigInt(j) * BigInt(j)) % BigInt(2 * length))) / length;
    this.#cos = Float64Array.from({ length }, (_, j) => Math.cos(angle(j)));
    this.#sin = Float64Array.from({ length }, (_, j) => -Math.sin(angle(j)));
    const filter = { re: new Float64Array(padded), im: new Float64Array(padded) };
    for (let j = 0; j < length; j++) {
      for (const at of new Set([j, (padded - j) % padded])) {
        filter.re[at] = this.#cos[j];
        filter.im[at] = -this.#sin[j];
      }
    }
    this.#fft.forward(filter.re, filter.im);
    this.#filter = filter;
  }

  transform(re: Float64Array, im: Float64Array, count: number): void {
    const padded = this.#fft.length;
    const pr = new Float64Array(padded);
    const pi = new Float64Array(padded);
    for (let q = 0; q < count; q++) {
      pr.fill(0);
      pi.fill(0);
      for (let j = 0; j < this.#length; j++) {
        const at = j * count + q;
        pr[j] = re[at] * this.#cos[j] - im[at] * this.#sin[j];
        pi[j] = re[at] * this.#sin[j] + im[at] * this.#cos[j];
      }
      this.#fft.forward(pr, pi);
      multiplyComplex(pr, pi, this.#filter.re, this.#filter.im);
      this.#fft.inverse(pr, pi);
      for (let k = 0; k < this.#length; k++) {
        const at = k * count + q;
        re[at] = pr[k] * this.#cos[k] - pi[k] * this.#sin[k];
        im[at] = pr[k] * this.#sin[k] + pi[k] * this.#cos[k];
      }
    }
  }
}

/** a ← a·b for complex arrays. */
export function multiplyComplex(ar: Float64Array, ai: Float64Array, br: Float64Array, bi: Float64Array): void {
  for (let i = 0; i < ar.length; i++) {
    const re = ar[i] * br[i] - ai[i] * bi[i];
    ai[i] = ar[i] * bi[i] + ai[i] * br[i];
    ar[i] = re;
  }
}

/** Two-dimensional complex transform of height × width arrays in row order, in place. */
export class Fft2 {
  readonly height: number;
  readonly width: number;
  readonly #rows: Fft;
  readonly #columns: Fft;

  /** @throws invalid-argument unless both are integers ≥ 1. */
  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.#rows = new Fft(width);
    this.#columns = height === width ? this.#rows : new Fft(height);
  }

  forward(re: Float64Array, im: Float64Array): void {
    if (re.length !== this.height * this.width || im.length !== re.length) {
      throw invalidArgument('re and im', `${this.height * this.width} values each`, [re.length, im.length]);
    }
    for (let start = 0; start < re.length; start += this.width) {
      this.#rows.forward(re.subarray(start, start + this.width), im.subarray(start, start + this.width));
    }
    // Columns in bundles as wide as a cache line, or every step would touch a new line.
    const bundle = Math.min(8, this.width);
    const br = new Float64Array(this.height * bundle);
    const bi = new Float64Array(this.height * bundle);
    for (let first = 0; first < this.width; first += bundle) {
      const count = Math.min(bundle, this.width - first);
      const cr = br.subarray(0, this.height * count);
      const ci = bi.subarray(0, this.height * count);
      this.#eachRow(first, count, (from, to) => {
        for (let q = 0; q < count; q++) {
          cr[to + q] = re[from + q];
          ci[to + q] = im[from + q];
        }
      });
      this.#columns.forward(cr, ci, count);
      this.#eachRow(first, count, (from, to) => {
        for (let q = 0; q < count; q++) {
          re[from + q] = cr[to + q];
          im[from + q] = ci[to + q];
        }
      });
    }
  }

  /** The inverse of `forward`, with the factor 1/(height·width). */
  inverse(re: Float64Array, im: Float64Array): void {
    this.forward(im, re);
    const factor = 1 / re.length;
    for (let i = 0; i < re.length; i++) {
      re[i] *= factor;
      im[i] *= factor;
    }
  }

  #eachRow(first: number, count: number, copy: (from: number, to: number) => void): void {
    for (let row = 0; row < this.height; row++) copy(row * this.width + first, row * count);
  }
}

/** The smallest length ≥ n whose only prime factors are 2, 3 and 5, at which the transform is quick. */
export function fastLength(n: number): number {
  let best = 2 ** Math.ceil(Math.log2(Math.max(1, n)));
  for (let five = 1; five < best; five *= 5) {
    for (let three = five; three < best; three *= 3) {
      const candidate = three * 2 ** Math.max(0, Math.ceil(Math.log2(n / three)));
      if (candidate >= n && candidate < best) best = candidate;
    }
  }
  return best;
}

/** Factors 4, 2 and odd primes up to 13 of n, or undefined when a larger prime divides it. */
function smallFactors(n: number): number[] | undefined {
  const factors: number[] = [];
  let rest = n;
  for (const factor of [4, 2, 3, 5, 7, 11, 13]) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return rest === 1 ? factors : undefined;
}
