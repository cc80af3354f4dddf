import { LangevinError, invalidArgument } from '../errors.ts';
import { sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import type { DenoiserVjp, ScoreNetwork } from './score-network.ts';
import { planFixedTiles, planTiles, type ActiveMask, type Tile, type TileOptions, type TilePlan } from './tile-plan.ts';

export interface TiledOptions extends Partial<TileOptions> {
  /** Where D is wanted; the mask's size is that of the pictures to come. */
  readonly active?: ActiveMask;
}

/**
 * Chosen by measurement with the shipped photo network on pictures of 512² in tiles of 256². Largest |ΔD| in a pixel
 * at least `halo` pixels inside the tile, against D of the whole picture (range [−1, 1]; one 8-bit level is 7.8e-3):
 *
 *     σ       halo 16   32       48       64       80       96
 *     0.05    4.0e-3    2.6e-4   4.9e-6   1.7e-7   1.2e-7   0
 *     0.5     1.4e-2    3.1e-3   7.9e-4   1.5e-4   2.1e-5   1.3e-6
 *     5       1.1e-1    3.0e-2   7.1e-3   2.6e-3   6.3e-4   1.1e-4
 *     80      3.6e-1    2.1e-1   9.3e-2   2.5e-2   3.7e-3   2.6e-4
 *
 * A difference made at a high σ is mostly undone by the steps after it. Final pictures, largest difference: halo 32
 * 4.4e-2, 48 7.2e-3, 64 9.3e-4 (probability-flow ODE and η = 0.85 from σ = 80, unconditional, the hardest case);
 * filling holes by DDNM 4.5e-3, 2.9e-4, 9.3e-5. A halo of 64 keeps a factor of eight below one 8-bit level, which
 * leaves room for networks that use more of the same receptive field; 48 would cost 15 % less on large areas.
 */
export const tileDefaults: TileOptions = { tilePixels: 512 * 512, halo: 64, blend: 16 };

/** Tiles handed to the network at once: bounds the memory of a step whatever the size of the picture. */
const tilesPerRun = 4;

/**
 * A score network for pictures of any size that evaluates `network` tile by tile, in bounded memory:
 *
 *     D(x)  = Σ_t P_tᵀ w_t D_t(P_t x) + (1 − Σ_t w_t) x,     Jᵀv = Σ_t P_tᵀ J_tᵀ (w_t P_t v) + (1 − Σ_t w_t) v
 *
 * P_t crops tile t (at an offset that is a multiple of the stride), w_t ≥ 0 are smooth weights, zero in the tile's
 * halo, that sum to 1 in every pixel, so that there are no seams; `vjp` is the exact adjoint of `denoise`. A picture
 * of at most `tilePixels` is one tile and gives the bytes of `network` itself. Activations are kept (`linearize`) for
 * such pictures only, up to the default number of pixels.
 *
 * With `active`, only tiles whose positive weights touch an active pixel are evaluated. D is then right in active
 * pixels, and everywhere else a blend with x itself (D := x and Jᵀv := v where no evaluated tile reaches); it is up to
 * the caller to use it in active pixels only.
 *
 * Tiles are no larger than the network's `mostPixels`.
 *
 * `dispose` disposes `network`.
 * @throws invalid-argument for options that are not whole numbers
 * @throws memory-limit (from denoise and vjp) when the smallest tile is more than the network's `mostPixels`
 * @throws invalid-shape (from denoise and vjp) when a picture's size is not the mask's
 */
export function tiledNetwork(network: ScoreNetwork, options: TiledOptions = {}): ScoreNetwork {
  const { active, ...rest } = options;
  const geometry = { ...tileDefaults, ...rest };
  for (const key of ['tilePixels', 'halo', 'blend'] as const) {
    const least = key === 'tilePixels' ? 1 : 0;
    if (!(Number.isInteger(geometry[key]) && geometry[key] >= least)) {
      throw invalidArgument(key, `an integer of at least ${least}`, geometry[key]);
    }
  }
  let planned: { readonly height: number; readonly width: number; readonly plan: TilePlan } | undefined;
  const { mostPixels = Infinity } = network;
  geometry.tilePixels = Math.min(geometry.tilePixels, mostPixels);
  const { largestTile } = network.manifest;
  if (largestTile !== undefined) {
    geometry.tilePixels = Math.min(geometry.tilePixels, largestTile * largestTile);
    // Of a small tile, margins of the usual width would leave nothing.
    geometry.halo = Math.min(geometry.halo, Math.floor(largestTile / 8));
    geometry.blend = Math.min(geometry.blend, Math.floor(largestTile / 8));
  }
  const planFor = ([, , height, width]: Shape): TilePlan => {
    if (active !== undefined && (active.height !== height || active.width !== width)) {
      throw new LangevinError(
        'invalid-shape',
        `The mask of active pixels is ${active.width} × ${active.height} but the picture ${width} × ${height}.`,
      );
    }
    if (planned?.height !== height || planned.width !== width) {
      const plan = planTiles(height, width, network.manifest.stride, geometry, active);
      assertFits(network, plan);
      planned = { height, width, plan };
    }
    return planned.plan;
  };
  return joinTiles(network, planFor);
}

/**
 * A network of one size only as one for pictures of any size: smaller ones are padded by reflection, larger ones covered
 * with tiles of exactly its size whose neighbours overlap by a quarter and fade into each other. Others are given back as
 * they are.
 */
export function fitNetwork(network: ScoreNetwork): ScoreNetwork {
  const { fixedSize } = network;
  if (fixedSize === undefined) return network;
  const { fixedSize: _, ...free } = joinTiles(network, ([, , height, width]) =>
    planFixedTiles(height, width, fixedSize),
  );
  return free;
}

function joinTiles(network: ScoreNetwork, planFor: (shape: Shape) => TilePlan): ScoreNetwork {
  const denoise = async (x: Tensor, sigma: Float32Array): Promise<Tensor> => {
    const plan = planFor(x.shape);
    if (isWhole(plan)) return network.denoise(x, sigma);
    const denoised = uncoveredPart(plan, x);
    for (const run of runs(plan, x.shape)) {
      const result = await network.denoise(crop(x, run), pick(sigma, run));
      run.forEach((piece, i) => addWeighted(denoised, piece, result, i));
    }
    return denoised;
  };
  const { vjp, linearize } = network;
  const wholeVjp =
    vjp &&
    (async (x: Tensor, sigma: Float32Array, v: Tensor): Promise<DenoiserVjp> => {
      const plan = planFor(x.shape);
      if (isWhole(plan)) return vjp.call(network, x, sigma, v);
      const denoised = uncoveredPart(plan, x);
      const product = uncoveredPart(plan, v);
      for (const run of runs(plan, x.shape)) {
        const cotangent = crop(v, run);
        run.forEach(({ tile }, i) => weigh(cotangent, i, tile));
        const result = await vjp.call(network, crop(x, run), pick(sigma, run), cotangent);
        run.forEach((piece, i) => {
          addWeighted(denoised, piece, result.denoised, i);
          add(product, piece, result.vjp, i);
        });
      }
      return { denoised, vjp: product };
    });
  return {
    manifest: network.manifest,
    provider: network.provider,
    denoise,
    ...(wholeVjp === undefined ? {} : { vjp: wholeVjp }),
    ...(linearize === undefined || wholeVjp === undefined
      ? {}
      : {
          async linearize(x: Tensor, sigma: Float32Array) {
            const [n, , height, width] = x.shape;
            const plan = planFor(x.shape);
            if (isWhole(plan) && n * height * width <= tileDefaults.tilePixels)
              return linearize.call(network, x, sigma);
            return {
              denoised: await denoise(x, sigma),
              recomputes: true,
              pull: async (v: Tensor) => (await wholeVjp(x, sigma, v)).vjp,
            };
          },
        }),
    ...(network.gradientProblem === undefined ? {} : { gradientProblem: network.gradientProblem }),
    dispose: () => network.dispose(),
  };
}

/** Whether the one tile is the picture: the network's own answer then, without copies. */
function isWhole({ tiles, uncovered }: TilePlan): boolean {
  return tiles.length === 1 && uncovered === undefined;
}

/** Where even the smallest tile is too large, nothing is begun. @throws memory-limit */
function assertFits({ manifest, mostPixels = Infinity }: ScoreNetwork, { tiles }: TilePlan): void {
  const { stride } = manifest;
  const padded = (size: number): number => Math.ceil(size / stride) * stride;
  const tooLarge = tiles.find(({ height, width }) => padded(height) * padded(width) > mostPixels);
  if (tooLarge === undefined) return;
  throw new LangevinError(
    'memory-limit',
    `The model ${manifest.name} needs more than 2 GB of memory in one piece for a tile of ${tooLarge.width} × ` +
      `${tooLarge.height} pixels, which the desktop app cannot give it. Use the command line, which has no such limit, ` +
      'or a smaller model.',
  );
}

/** One tile of one sample. */
interface Piece {
  readonly tile: Tile;
  readonly sample: number;
}

/** All pieces of a batch in a fixed order, in groups of equal size of at most `tilesPerRun`. */
function* runs(plan: TilePlan, [n]: Shape): Generator<Piece[]> {
  let run: Piece[] = [];
  for (let sample = 0; sample < n; sample++) {
    for (const tile of plan.tiles) {
      const first = run[0]?.tile;
      if (run.length === tilesPerRun || (first && (first.height !== tile.height || first.width !== tile.width))) {
        yield run;
        run = [];
      }
      run.push({ tile, sample });
    }
  }
  if (run.length > 0) yield run;
}

function pick(sigma: Float32Array, run: readonly Piece[]): Float32Array {
  return Float32Array.from(run, ({ sample }) => sigma[sample]);
}

/** The pieces P_t x, stacked. */
function crop(x: Tensor, run: readonly Piece[]): Tensor {
  const { height, width } = run[0].tile;
  const out = zeros([run.length, x.shape[1], height, width]);
  run.forEach((piece, i) => {
    forRows(x.shape, piece, out, i, (whole, part) => out.data.set(x.data.subarray(whole, whole + width), part));
  });
  return out;
}

/** out += P_tᵀ (w_t piece) */
function addWeighted(out: Tensor, piece: Piece, pieces: Tensor, index: number): void {
  const { rowWeights, columnWeights, width } = piece.tile;
  const [sum, values] = [out.data, pieces.data];
  forRows(out.shape, piece, pieces, index, (whole, part, row) => {
    const weight = rowWeights[row];
    if (weight === 0) return;
    for (let j = 0; j < width; j++) sum[whole + j] += weight * columnWeights[j] * values[part + j];
  });
}

/** out += P_tᵀ piece */
function add(out: Tensor, piece: Piece, pieces: Tensor, index: number): void {
  forRows(out.shape, piece, pieces, index, (whole, part) => {
    for (let j = 0; j < piece.tile.width; j++) out.data[whole + j] += pieces.data[part + j];
  });
}

/** pieces[index] *= w_t */
function weigh(pieces: Tensor, index: number, { rowWeights, columnWeights, height, width }: Tile): void {
  const size = sampleSize(pieces.shape);
  for (let k = 0; k < size; k++) {
    pieces.data[index * size + k] *= rowWeights[Math.floor(k / width) % height] * columnWeights[k % width];
  }
}

/** Calls `visit` with the offsets of every row of a piece: in the whole picture and in the stack of pieces. */
function forRows(
  [, channels, height, width]: Shape,
  { tile, sample }: Piece,
  pieces: Tensor,
  index: number,
  visit: (whole: number, part: number, row: number) => void,
): void {
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < tile.height; row++) {
      const whole = ((sample * channels + c) * height + tile.top + row) * width + tile.left;
      const part = ((index * pieces.shape[1] + c) * tile.height + row) * tile.width;
      visit(whole, part, row);
    }
  }
}

/** (1 − Σ_t w_t) x. */
function uncoveredPart({ uncovered }: TilePlan, x: Tensor): Tensor {
  const out = zeros(x.shape);
  if (uncovered === undefined) return out;
  const plane = uncovered.length;
  for (let i = 0; i < out.data.length; i++) out.data[i] = uncovered[i % plane] * x.data[i];
  return out;
}
