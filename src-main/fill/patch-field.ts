import type { RandomGenerator } from '../tensor/random.ts';

/** Values of a pixel that patches are compared by: three colours and the texture along both axes. */
export const FEATURES = 5;

/** One scale of a picture for patch matching. */
export interface MatchScale {
  readonly width: number;
  readonly height: number;
  /** Patches are (2·radius + 1)² pixels. */
  readonly radius: number;
  /** height × width × FEATURES; values of unknown pixels are the start of the search. */
  readonly features: Float32Array;
  /** height × width, non-zero = unknown. */
  readonly unknown: Uint8Array;
  /** Centres of patches that may be copied from: whole, known, allowed. Pixel indices, ascending. */
  readonly sources: Int32Array;
}

/**
 * For every patch that has an unknown pixel, the source patch that it resembles most: an approximate nearest neighbour
 * field (Barnes et al. 2009), and the votes of overlapping patches for the unknown pixels (Wexler et al. 2007).
 */
export class PatchField {
  /** Centres of patches with an unknown pixel, ascending. */
  readonly targets: Int32Array;
  /** For every target the weighted sum of squared differences ÷ the sum of weights. */
  readonly distances: Float32Array;
  readonly #scale: MatchScale;
  /**
   * Width of the arrays with a border of `radius` pixels around the picture. Places in them are what the search reckons
   * with: a step to a neighbour is an addition, and nothing beyond the picture is a source or a target.
   */
  readonly #stride: number;
  readonly #features: Float32Array;
  readonly #weights: Float32Array;
  readonly #isSource: Uint8Array;
  /** Places of the targets. */
  readonly #places: Int32Array;
  /** For every target the centre of its source patch: column, row and place. */
  readonly #matchX: Int32Array;
  readonly #matchY: Int32Array;
  readonly #match: Int32Array;
  /** Sum of the weights in the patch of every target. */
  readonly #mass: Float32Array;
  /** How much a target's patch counts in the vote. */
  readonly #trust: Float32Array;
  /** Index in `targets` of every place, −1 where it is none. */
  readonly #targetAt: Int32Array;
  /** Unknown pixels, ascending, and the index of every pixel among them, −1 where it is known. */
  readonly #unknown: Int32Array;
  readonly #position: Int32Array;

  constructor(scale: MatchScale) {
    const { width, height, radius, features, unknown, sources } = scale;
    this.#scale = scale;
    this.#stride = width + 2 * radius;
    const padded = this.#stride * (height + 2 * radius);
    this.#features = new Float32Array(padded * FEATURES);
    this.#weights = new Float32Array(padded);
    for (let y = 0; y < height; y++) {
      const row = features.subarray(y * width * FEATURES, (y + 1) * width * FEATURES);
      this.#features.set(row, this.#padded(0, y) * FEATURES);
    }
    this.#isSource = new Uint8Array(padded);
    for (const source of sources) this.#isSource[this.#paddedPixel(source)] = 1;
    this.#position = new Int32Array(width * height).fill(-1);
    const list: number[] = [];
    unknown.forEach((u, pixel) => {
      if (u !== 0) this.#position[pixel] = list.push(pixel) - 1;
    });
    this.#unknown = Int32Array.from(list);
    this.targets = patchCentres(unknown, width, height, radius);
    const count = this.targets.length;
    this.#places = this.targets.map((pixel) => this.#paddedPixel(pixel));
    this.#targetAt = new Int32Array(padded).fill(-1);
    this.#places.forEach((place, t) => (this.#targetAt[place] = t));
    this.#matchX = new Int32Array(count);
    this.#matchY = new Int32Array(count);
    this.#match = new Int32Array(count);
    this.distances = new Float32Array(count);
    this.#mass = new Float32Array(count);
    this.#trust = new Float32Array(count);
  }

  /** True where a patch may be copied from. */
  isSource(x: number, y: number): boolean {
    const { width, height } = this.#scale;
    return x >= 0 && y >= 0 && x < width && y < height && this.#isSource[this.#padded(x, y)] !== 0;
  }

  /** Centre of the source patch of a target, in pixels. */
  matchOf(t: number): { x: number; y: number } {
    return { x: this.#matchX[t], y: this.#matchY[t] };
  }

  /** Takes a source patch for a target; its distance counts from the next `weigh` or `refresh`. */
  setMatch(t: number, x: number, y: number): void {
    this.#matchX[t] = x;
    this.#matchY[t] = y;
    this.#match[t] = this.#padded(x, y);
  }

  /** Takes how much each pixel (height × width, 0…1) counts in a comparison, and the distances of the present matches. */
  weigh(confidence: Float32Array): void {
    const { width, height, radius } = this.#scale;
    for (let y = 0; y < height; y++) {
      this.#weights.set(confidence.subarray(y * width, (y + 1) * width), this.#padded(0, y));
    }
    const full = (2 * radius + 1) ** 2;
    for (let t = 0; t < this.targets.length; t++) {
      const mass = this.#massAt(this.targets[t] % width, Math.floor(this.targets[t] / width));
      this.#mass[t] = Math.max(mass, 1e-6);
      this.#trust[t] = (mass / full) ** 4 + 1e-9;
    }
    this.refresh();
  }

  /** Takes the distances of the present matches. */
  refresh(): void {
    for (let t = 0; t < this.targets.length; t++) {
      this.distances[t] = this.#distance(this.#places[t], this.#match[t], Infinity) / this.#mass[t];
    }
  }

  /**
   * Improves the matches by propagation and random search, in reading order and back, `passes` times in all.
   * @param reach  radius in pixels of the widest random search.
   */
  search(random: RandomGenerator, passes: number, reach: number): void {
    const { width, height, radius } = this.#scale;
    const stride = this.#stride;
    const matchX = this.#matchX;
    const matchY = this.#matchY;
    const count = this.targets.length;
    for (let pass = 0; pass < passes; pass++) {
      const back = pass % 2 === 1;
      const step = back ? -1 : 1;
      for (let k = 0; k < count; k++) {
        const t = back ? count - 1 - k : k;
        const place = this.#places[t];
        const beside = this.#targetAt[place - step];
        if (beside >= 0) this.#try(t, matchX[beside] + step, matchY[beside], this.#match[beside] + step);
        const over = this.#targetAt[place - step * stride];
        if (over >= 0) this.#try(t, matchX[over], matchY[over] + step, this.#match[over] + step * stride);
        for (let r = reach; r >= 1; r /= 2) {
          const u = matchX[t] + Math.round((2 * random.uniform() - 1) * r);
          const v = matchY[t] + Math.round((2 * random.uniform() - 1) * r);
          if (u < 0 || v < 0 || u >= width || v >= height) continue;
          this.#try(t, u, v, (v + radius) * stride + u + radius);
        }
      }
    }
  }

  /**
   * Every unknown pixel becomes the weighted mean of what the patches over it propose, weights exp(−d/2s²) with s² the
   * 75th percentile of the distances, times the fourth power of the patch's mean confidence: the rim leads.
   * @param spread  receives the standard deviation of the proposed colours, root mean square over the three.
   * @returns mean absolute change of the unknown pixels' colours.
   */
  vote(spread?: Float32Array): number {
    const unknown = this.#unknown;
    const features = this.#features;
    const sums = new Float32Array(unknown.length * FEATURES);
    const squares = new Float32Array(unknown.length);
    const weights = new Float32Array(unknown.length);
    const position = this.#position;
    this.#proposals((first, from, length, weight) => {
      for (let i = 0, source = from * FEATURES; i < length; i++, source += FEATURES) {
        const at = position[first + i];
        if (at < 0) continue;
        const to = at * FEATURES;
        const a = features[source];
        const b = features[source + 1];
        const c = features[source + 2];
        weights[at] += weight;
        sums[to] += weight * a;
        sums[to + 1] += weight * b;
        sums[to + 2] += weight * c;
        sums[to + 3] += weight * features[source + 3];
        sums[to + 4] += weight * features[source + 4];
        squares[at] += weight * (a * a + b * b + c * c);
      }
    });
    let change = 0;
    for (let at = 0; at < unknown.length; at++) {
      const pixel = unknown[at];
      const to = this.#paddedPixel(pixel) * FEATURES;
      let energy = 0;
      for (let c = 0; c < FEATURES; c++) {
        const mean = sums[at * FEATURES + c] / weights[at];
        if (c < 3) {
          change += Math.abs(mean - features[to + c]);
          energy += mean * mean;
        }
        features[to + c] = mean;
      }
      if (spread !== undefined) spread[pixel] = Math.sqrt(Math.max(0, squares[at] / weights[at] - energy) / 3);
    }
    return change / Math.max(1, 3 * unknown.length);
  }

  /**
   * For every unknown pixel the shift to the source pixel that most of the vote's weight over it agrees upon: copying
   * by it keeps the detail that a mean of proposals loses.
   * @returns height × width each, 0 at known pixels.
   */
  agreedShifts(): { x: Int16Array; y: Int16Array } {
    const { width, height, radius } = this.#scale;
    const most = (2 * radius + 1) ** 2;
    const shifts = new Int32Array(this.#unknown.length * most);
    const totals = new Float32Array(this.#unknown.length * most);
    const counts = new Uint8Array(this.#unknown.length);
    this.#proposals((first, from, length, weight) => {
      const shift = from - this.#paddedPixel(first);
      for (let i = 0; i < length; i++) {
        const at = this.#position[first + i];
        if (at < 0) continue;
        const start = at * most;
        let k = start;
        while (k < start + counts[at] && shifts[k] !== shift) k++;
        if (k === start + counts[at]) {
          counts[at]++;
          shifts[k] = shift;
        }
        totals[k] += weight;
      }
    });
    const out = { x: new Int16Array(width * height), y: new Int16Array(width * height) };
    this.#unknown.forEach((pixel, at) => {
      let best = at * most;
      for (let k = best + 1; k < at * most + counts[at]; k++) if (totals[k] > totals[best]) best = k;
      const from = this.#paddedPixel(pixel) + shifts[best];
      out.x[pixel] = (from % this.#stride) - radius - (pixel % width);
      out.y[pixel] = Math.floor(from / this.#stride) - radius - Math.floor(pixel / width);
    });
    return out;
  }

  /** Visits the rows of every patch: its first pixel, the padded index of that one's source, its length, its weight. */
  #proposals(visit: (first: number, from: number, length: number, weight: number) => void): void {
    const { width, height, radius } = this.#scale;
    const s2 = Math.max(1e-5, percentile(this.distances, 0.75));
    for (let t = 0; t < this.targets.length; t++) {
      const weight = (Math.exp(-this.distances[t] / (2 * s2)) + 1e-6) * this.#trust[t];
      const x = this.targets[t] % width;
      const y = (this.targets[t] - x) / width;
      const u = this.#matchX[t];
      const v = this.#matchY[t];
      const left = Math.max(0, x - radius);
      const length = Math.min(width, x + radius + 1) - left;
      const endY = Math.min(height - 1, y + radius);
      for (let py = Math.max(0, y - radius); py <= endY; py++) {
        visit(py * width + left, this.#padded(u + left - x, v + py - y), length, weight);
      }
    }
  }

  /** Takes the patch at column u, row v, that is `source`, if it is one and nearer than the present match. */
  #try(t: number, u: number, v: number, source: number): void {
    if (this.#isSource[source] === 0 || source === this.#match[t]) return;
    const mass = this.#mass[t];
    const limit = this.distances[t] * mass;
    const sum = this.#distance(this.#places[t], source, limit);
    if (sum < limit) {
      this.distances[t] = sum / mass;
      this.#matchX[t] = u;
      this.#matchY[t] = v;
      this.#match[t] = source;
    }
  }

  /** Weighted sum of squared differences of the patches at two places; stops early beyond `limit`. */
  #distance(target: number, source: number, limit: number): number {
    const { radius } = this.#scale;
    const side = 2 * radius + 1;
    const stride = this.#stride;
    const features = this.#features;
    const weights = this.#weights;
    const corner = radius * stride + radius;
    let p = target - corner;
    let q = source - corner;
    let sum = 0;
    for (let j = 0; j < side; j++, p += stride, q += stride) {
      for (let i = 0, a = p * FEATURES, b = q * FEATURES; i < side; i++, a += FEATURES, b += FEATURES) {
        const d0 = features[a] - features[b];
        const d1 = features[a + 1] - features[b + 1];
        const d2 = features[a + 2] - features[b + 2];
        const d3 = features[a + 3] - features[b + 3];
        const d4 = features[a + 4] - features[b + 4];
        sum += weights[p + i] * (d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4);
      }
      if (sum >= limit) return sum;
    }
    return sum;
  }

  #massAt(x: number, y: number): number {
    const { radius } = this.#scale;
    let sum = 0;
    for (let j = -radius; j <= radius; j++) {
      for (let i = -radius; i <= radius; i++) sum += this.#weights[this.#padded(x + i, y + j)];
    }
    return sum;
  }

  #paddedPixel(pixel: number): number {
    const { width } = this.#scale;
    return this.#padded(pixel % width, Math.floor(pixel / width));
  }

  #padded(x: number, y: number): number {
    const { radius } = this.#scale;
    return (y + radius) * this.#stride + x + radius;
  }
}

/** Pixels whose patch has an unknown pixel. */
function patchCentres(unknown: Uint8Array, width: number, height: number, radius: number): Int32Array {
  const near = new Uint8Array(unknown.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (unknown[y * width + x] === 0) continue;
      const left = Math.max(0, x - radius);
      const right = Math.min(width - 1, x + radius);
      for (let py = Math.max(0, y - radius); py <= Math.min(height - 1, y + radius); py++) {
        near.fill(1, py * width + left, py * width + right + 1);
      }
    }
  }
  const centres: number[] = [];
  near.forEach((value, pixel) => {
    if (value !== 0) centres.push(pixel);
  });
  return Int32Array.from(centres);
}

function percentile(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
