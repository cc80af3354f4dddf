import { LangevinError } from '../errors.ts';
import { elementCount, sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import { addPadReflectAdjoint, cropAdjoint, padReflect, paddedSize, setCrop } from './pad.ts';
import { parametrisation, type Preconditioning } from './parametrisation.ts';
import type { DenoiserVjp, Linearization, ScoreNetwork } from './score-network.ts';

/**
 * A runtime that evaluates the raw network of a manifest: N(x̃, time), in the units it was trained with, at sizes that
 * are multiples of the stride. The caller owns all arrays and never runs two evaluations at once.
 */
export interface NetworkBackend {
  /** What the network runs on: `cpu`, `webgpu`, … */
  readonly provider: string;
  /** How many samples of height × width to evaluate in one run; 1 where batching must not touch the numbers. */
  samplesPerRun(height: number, width: number): number;
  /** output = N(x, time): x and output of `shape`, time of length shape[0]. */
  evaluate(shape: Shape, x: Float32Array, time: Float32Array, output: Float32Array): Promise<void>;
  /** output = N(x, time) and gradient = J_Nᵀ cotangent, all of `shape`. */
  vjp?(
    shape: Shape,
    x: Float32Array,
    time: Float32Array,
    cotangent: Float32Array,
    output: Float32Array,
    gradient: Float32Array,
  ): Promise<void>;
  /** output = N(x, time), keeping what the products J_Nᵀ cotangent of the pass need. */
  linearize?(shape: Shape, x: Float32Array, time: Float32Array, output: Float32Array): Promise<BackendPull>;
  /** Why there is no `vjp`, where it is known. */
  readonly gradientProblem?: string;
  /** Most pixels of one evaluation; absent: any. */
  readonly mostPixels?: number;
  /** The same network told of a class; it is not to be disposed of. */
  ofClass?(label: number): NetworkBackend;
  /** The one [height, width] it takes; smaller pictures are padded to it, larger ones refused. Absent: any. */
  readonly fixedSize?: readonly [number, number];
  dispose(): Promise<void>;
}

/** gradient = J_Nᵀ cotangent at a point that was evaluated before. */
export type BackendPull = (cotangent: Float32Array, gradient: Float32Array) => Promise<void>;

/** Staging arrays for runs of one padded shape. */
interface Buffers {
  readonly x: Float32Array;
  readonly time: Float32Array;
  readonly output: Float32Array;
  cotangent?: Float32Array;
  gradient?: Float32Array;
}

/** Runs of different sizes seldom alternate between more shapes than this. */
const maxBufferedShapes = 4;

/**
 * The score network of DESIGN §4 on top of a raw evaluation: pads to the stride by reflection, scales the state, maps
 * σ to the time input, turns the prediction into D(x; σ), crops; `vjp` is the exact adjoint of each of these. Calls
 * may overlap; they are carried out one after the other.
 */
export function sigmaSpaceNetwork(manifest: Manifest, backend: NetworkBackend): ScoreNetwork {
  const precondition = parametrisation(manifest);
  const buffers = new Map<string, Buffers>();
  let tail: Promise<unknown> = Promise.resolve();
  let disposed = false;

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };

  const sizeFor = (height: number, width: number): readonly [number, number] => {
    const fixed = backend.fixedSize;
    if (fixed === undefined) return paddedSize(height, width, manifest.stride);
    if (height <= fixed[0] && width <= fixed[1]) return fixed;
    throw new LangevinError(
      'invalid-shape',
      `The network ${manifest.name} takes pictures of ${fixed[1]} × ${fixed[0]} but was given one of ${width} × ${height}.`,
    );
  };

  const buffersFor = (shape: Shape): Buffers => {
    const key = shape.join('x');
    const found = buffers.get(key);
    if (found !== undefined) return found;
    const oldest = buffers.keys().next();
    if (buffers.size >= maxBufferedShapes && !oldest.done) buffers.delete(oldest.value);
    const count = elementCount(shape);
    const created: Buffers = {
      x: new Float32Array(count),
      time: new Float32Array(shape[0]),
      output: new Float32Array(count),
    };
    buffers.set(key, created);
    return created;
  };

  /** Runs `work` on consecutive groups of samples, with the padded state and the time input already in place. */
  const forRuns = async (
    x: Tensor,
    sigma: Float32Array,
    work: (run: {
      first: number;
      shape: Shape;
      size: readonly [number, number];
      buffers: Buffers;
      conditions: Preconditioning[];
    }) => Promise<void>,
  ): Promise<void> => {
    const [n, c, height, width] = x.shape;
    const size = sizeFor(height, width);
    const step = Math.max(1, backend.samplesPerRun(...size));
    for (let first = 0; first < n; first += step) {
      const shape: Shape = [Math.min(step, n - first), c, ...size];
      const run = buffersFor(shape);
      const conditions = Array.from({ length: shape[0] }, (_, i) => precondition(sigma[first + i]));
      conditions.forEach((condition, i) => {
        run.time[i] = condition.time;
        padReflect(
          of(x, first + i),
          c,
          [height, width],
          part(run.x, shape, i),
          size,
          condition.inputScale,
          condition.inputOffset,
        );
      });
      await work({ first, shape, size, buffers: run, conditions });
    }
  };

  const denoise = (x: Tensor, sigma: Float32Array): Promise<Tensor> => {
    return exclusive(async () => {
      check(manifest, disposed, x, sigma);
      const [, c, height, width] = x.shape;
      const denoised = zeros(x.shape);
      await forRuns(x, sigma, async ({ first, shape, size, buffers: run, conditions }) => {
        await backend.evaluate(shape, run.x, run.time, run.output);
        conditions.forEach(({ skip, gain, offset }, i) => {
          const out = of(denoised, first + i);
          setCrop(part(run.output, shape, i), c, size, out, [height, width], gain, skip, of(x, first + i), offset);
        });
      });
      return denoised;
    });
  };

  const vjp = (x: Tensor, sigma: Float32Array, v: Tensor): Promise<DenoiserVjp> => {
    return exclusive(async () => {
      check(manifest, disposed, x, sigma);
      checkCotangent(x, v);
      const [, c, height, width] = x.shape;
      const denoised = zeros(x.shape);
      const product = zeros(x.shape);
      await forRuns(x, sigma, async ({ first, shape, size, buffers: run, conditions }) => {
        const cotangent = (run.cotangent ??= new Float32Array(run.x.length));
        const gradient = (run.gradient ??= new Float32Array(run.x.length));
        conditions.forEach(({ gain }, i) => {
          cropAdjoint(of(v, first + i), c, [height, width], part(cotangent, shape, i), size, gain);
        });
        await backend.vjp?.(shape, run.x, run.time, cotangent, run.output, gradient);
        conditions.forEach(({ skip, gain, inputScale, offset }, i) => {
          const value = of(denoised, first + i);
          setCrop(part(run.output, shape, i), c, size, value, [height, width], gain, skip, of(x, first + i), offset);
          const pulled = of(product, first + i);
          setScaled(pulled, skip, of(v, first + i));
          addPadReflectAdjoint(part(gradient, shape, i), c, size, pulled, [height, width], inputScale);
        });
      });
      return { denoised, vjp: product };
    });
  };

  const linearize = (x: Tensor, sigma: Float32Array): Promise<Linearization> => {
    return exclusive(async () => {
      check(manifest, disposed, x, sigma);
      const [, c, height, width] = x.shape;
      const denoised = zeros(x.shape);
      const pulls: ((v: Tensor, product: Tensor) => Promise<void>)[] = [];
      await forRuns(x, sigma, async ({ first, shape, size, buffers: run, conditions }) => {
        const pullRun = await backend.linearize?.(shape, run.x, run.time, run.output);
        conditions.forEach(({ skip, gain, offset }, i) => {
          const out = of(denoised, first + i);
          setCrop(part(run.output, shape, i), c, size, out, [height, width], gain, skip, of(x, first + i), offset);
        });
        pulls.push(async (v, product) => {
          const cotangent = new Float32Array(elementCount(shape));
          const gradient = new Float32Array(cotangent.length);
          conditions.forEach(({ gain }, i) => {
            cropAdjoint(of(v, first + i), c, [height, width], part(cotangent, shape, i), size, gain);
          });
          await pullRun?.(cotangent, gradient);
          conditions.forEach(({ skip, inputScale }, i) => {
            const pulled = of(product, first + i);
            setScaled(pulled, skip, of(v, first + i));
            addPadReflectAdjoint(part(gradient, shape, i), c, size, pulled, [height, width], inputScale);
          });
        });
      });
      return {
        denoised,
        recomputes: false,
        pull: (v) => {
          return exclusive(async () => {
            check(manifest, disposed, x, sigma);
            checkCotangent(x, v);
            const product = zeros(x.shape);
            for (const pull of pulls) await pull(v, product);
            return product;
          });
        },
      };
    });
  };

  return {
    manifest,
    provider: backend.provider,
    denoise,
    ...(backend.linearize === undefined ? {} : { linearize }),
    ...(backend.vjp === undefined ? {} : { vjp }),
    ...(backend.gradientProblem === undefined ? {} : { gradientProblem: backend.gradientProblem }),
    ...(backend.mostPixels === undefined ? {} : { mostPixels: backend.mostPixels }),
    ...(backend.fixedSize === undefined ? {} : { fixedSize: backend.fixedSize }),
    dispose: () => {
      return exclusive(async () => {
        if (disposed) return;
        disposed = true;
        buffers.clear();
        await backend.dispose();
      });
    },
  };
}

function check(manifest: Manifest, disposed: boolean, x: Tensor, sigma: Float32Array): void {
  if (disposed) throw new LangevinError('internal', `The network ${manifest.name} was used after dispose().`);
  const [n, c, height, width] = x.shape;
  if (c !== manifest.channels || n < 1 || height < 1 || width < 1 || x.data.length !== elementCount(x.shape)) {
    throw new LangevinError(
      'invalid-shape',
      `The network ${manifest.name} takes [n, ${manifest.channels}, h, w] but was given [${x.shape.join(', ')}] ` +
        `with ${x.data.length} values.`,
    );
  }
  if (sigma.length !== n) {
    throw new LangevinError('invalid-shape', `${n} samples need ${n} values of sigma but ${sigma.length} were given.`);
  }
  const bad = sigma.find((s) => !(s > 0 && Number.isFinite(s)));
  if (bad !== undefined) {
    throw new LangevinError('invalid-argument', `sigma must be a positive number but is ${bad}.`);
  }
}

function checkCotangent(x: Tensor, v: Tensor): void {
  if (v.shape.every((d, i) => d === x.shape[i])) return;
  throw new LangevinError(
    'invalid-shape',
    `The cotangent has shape [${v.shape.join(', ')}] but must have that of x, [${x.shape.join(', ')}].`,
  );
}

/** Sample i of a tensor, sharing memory. */
function of(x: Tensor, i: number): Float32Array {
  return part(x.data, x.shape, i);
}

function part(data: Float32Array, shape: Shape, i: number): Float32Array {
  const size = sampleSize(shape);
  return data.subarray(i * size, (i + 1) * size);
}

function setScaled(out: Float32Array, factor: number, x: Float32Array): void {
  if (factor === 0) return;
  for (let i = 0; i < out.length; i++) out[i] = factor * x[i];
}
