import type { Measurement } from '../../likelihood/likelihood.ts';
import { compose } from '../../operators/compose.ts';
import { GrainWhitening } from '../../operators/grain-whitening.ts';
import { IdentityOperator } from '../../operators/identity.ts';
import { JpegOperator } from '../../operators/jpeg.ts';
import { LumaOperator } from '../../operators/luma.ts';
import type { LinearOperator } from '../../operators/operator.ts';
import { WeightedOperator } from '../../operators/weighted.ts';
import type { Picture } from '../../tensor/picture.ts';
import { linear, type ImageShape, type Tensor } from '../../tensor/tensor.ts';
import { enlarge } from '../../fill/reduce.ts';
import { readTensor } from '../picture-tensor.ts';
import type { Rect } from '../region.ts';
import { degradation, type Chain } from './chain.ts';
import { isWhite, noiseDeviations } from './chain-noise.ts';
import { addedByFading, unfaded } from './fading.ts';

/** Below this a measurement is as good as exact, and a fill beside it needs something to be weighed against; on [−1, 1]. */
export const LEAST_SIGMA = 0.002;

/** What is known of the pixels of a picture: their values, and where these are uncertain. */
export interface Evidence {
  readonly known: Picture;
  /** height × width, expected error of each value besides the noise, standard deviation on [−1, 1]; absent: none. */
  readonly error: Float32Array | undefined;
}

/**
 * The measurement of a rectangle of x0, of one noise for all of its values, and the picture as it is, enlarged and without
 * fading, to begin from.
 * @param frame  in pixels of the result.
 */
export function measureChain(
  chain: Chain,
  { known, error }: Evidence,
  frame: Rect,
): Measurement & { readonly initial: Tensor } {
  const { channels, scale, grey, fading, noise, quantization } = chain;
  const small = {
    x: frame.x / scale,
    y: frame.y / scale,
    width: frame.width / scale,
    height: frame.height / scale,
  };
  const { x: seen } = readTensor(known, undefined, small, 1, channels);
  const decoded = grey ? new LumaOperator([channels, small.height, small.width]).apply(seen) : seen;
  const fresh = fading === undefined ? seen : unfaded(fading, seen);
  const initial = scale > 1 ? enlarge(fresh, small, scale, frame) : fresh;
  const errors = error && cutFloats(error, known.width, small);
  const operator = degradation(chain, [channels, frame.height, frame.width]);
  const shape: ImageShape = [grey ? 1 : channels, small.height, small.width];
  const deviations = isWhite(noise) ? undefined : noiseDeviations(noise, decoded);
  if (quantization !== undefined) {
    const coded = new JpegOperator(shape, quantization, {
      noise: noise.kind === 'poisson' ? ofPixels(deviations!, shape[0]) : noise.sigma / 127.5,
      grain: noise.kind === 'grain' ? noise.size : undefined,
      error: errors,
    });
    const y = coded.measure(decoded);
    return {
      operator: after(operator, coded),
      y: fading === undefined ? y : linear(1, y, -1, coded.apply(addedByFading(fading, decoded.shape))),
      initial,
      sigmaY: 1,
    };
  }
  const y = fading === undefined ? decoded : linear(1, decoded, -1, addedByFading(fading, decoded.shape));
  const whitened = whitening(chain, shape, deviations, errors);
  if (whitened === undefined) return { operator, y, sigmaY: noise.sigma / 127.5, initial };
  const [whiten, sigmaY] = whitened;
  return { operator: after(operator, whiten), y: whiten.apply(y), sigmaY, initial };
}

/** What gives all values of a measurement the same, independent noise, and that noise; undefined where they have it. */
function whitening(
  { noise }: Chain,
  shape: ImageShape,
  deviations: Float32Array | undefined,
  errors: Float32Array | undefined,
): [LinearOperator, number] | undefined {
  if (errors === undefined && isWhite(noise)) return undefined;
  const sigmas = deviations ?? new Float32Array(shape[0] * shape[1] * shape[2]).fill(noise.sigma / 127.5);
  const mean = Math.sqrt(sigmas.reduce((sum, s) => sum + s * s, 0) / sigmas.length);
  const sigmaY = Math.max(mean, LEAST_SIGMA);
  const weights = sigmas.map((s, i) => {
    const e = errors === undefined ? 0 : errors[i % errors.length];
    return e === 0 && isWhite(noise) ? 1 : sigmaY / Math.hypot(isWhite(noise) ? sigmaY : s, e);
  });
  if (noise.kind !== 'grain') return [new WeightedOperator(shape, weights), sigmaY];
  const whiten = new GrainWhitening(shape, noise.size);
  return [errors === undefined ? whiten : compose(whiten, new WeightedOperator(shape, weights)), sigmaY];
}

/** B∘A; B alone where A changes nothing. */
function after(inner: LinearOperator, outer: LinearOperator): LinearOperator {
  return inner instanceof IdentityOperator ? outer : compose(outer, inner);
}

/** Root mean square over the channels: [c·h·w] → [h·w]. */
function ofPixels(values: Float32Array, channels: number): Float32Array {
  const plane = values.length / channels;
  return Float32Array.from({ length: plane }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[c * plane + i] ** 2;
    return Math.sqrt(sum / channels);
  });
}

function cutFloats(values: Float32Array, width: number, rect: Rect): Float32Array {
  const out = new Float32Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const start = (rect.y + y) * width + rect.x;
    out.set(values.subarray(start, start + rect.width), y * rect.width);
  }
  return out;
}
