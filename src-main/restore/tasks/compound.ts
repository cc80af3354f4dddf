import type { Damage } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import type { Measurement } from '../../likelihood/likelihood.ts';
import { gaussianKernel } from '../../operators/blur-kernel.ts';
import { createBlur } from '../../operators/blur.ts';
import { compose } from '../../operators/compose.ts';
import { createDownsample } from '../../operators/downsample.ts';
import { IdentityOperator } from '../../operators/identity.ts';
import { BLOCK } from '../../operators/block-dct.ts';
import { JpegOperator } from '../../operators/jpeg.ts';
import { LumaOperator } from '../../operators/luma.ts';
import type { LinearOperator } from '../../operators/operator.ts';
import { WeightedOperator } from '../../operators/weighted.ts';
import { quantizationOf } from '../../tensor/jpeg-tables.ts';
import { channelCount, type JpegQuantization, type Picture, type PictureMode } from '../../tensor/picture.ts';
import type { ImageShape, Tensor } from '../../tensor/tensor.ts';
import { enlargedAlpha } from '../bicubic-enlargement.ts';
import { chooseSolver } from '../choose-solver.ts';
import { fillPicture, paintFill } from '../fill-picture.ts';
import { earlierJpegQuality } from '../jpeg-history.ts';
import { estimateNoise } from '../noise-level.ts';
import { colourChannels, readTensor } from '../picture-tensor.ts';
import { sampledRows } from '../sampled-rows.ts';
import { enlarge } from '../../fill/reduce.ts';
import type { Rect } from '../region.ts';
import type { PictureRequest, RestoreEvent, RestoreHost, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';
import { pictureOf } from './write-whole.ts';

/** Noise on 0…255 that is assumed when none is given: rounding to 8 bits and a little more. */
const DEFAULT_NOISE = 1;
/** Below this a measurement is as good as exact, and a fill beside it needs something to be weighed against. */
const LEAST_SIGMA = 0.002;
/** How far from the border of a quantisation cell to end, on [−1, 1]: rounding to 8 bits must not leave it. */
const CELL_MARGIN = 1 / 127.5;
/** Clipping to the range of a picture and the cells of its coefficients disagree a little; so often are both applied. */
const PROJECTIONS = 3;

/** Everything that happened to the picture, known or estimated. */
interface Chain {
  readonly channels: 1 | 3;
  readonly scale: number;
  readonly blur: number | undefined;
  readonly grey: boolean;
  /** Standard deviation on [−1, 1]. */
  readonly noise: number;
  readonly quantization: JpegQuantization | undefined;
}

/**
 * Several damages at once, as one measurement: y = M(J(L(S(B x))) + n), a blur, a reduction, the loss of colour, noise
 * and JPEG in the order in which they happen, under a mask of what is missing besides. Missing pixels are filled first,
 * and the fill is evidence of its own expected error, as in inpainting.
 */
export const compoundTask: TaskRunner<PictureRequest> = async function* (request, network, host) {
  const { picture, options } = request;
  const { damage = {}, seed, samples, tile } = options;
  const { channels } = network.manifest;
  const { known, error } = yield* fillMissing(request, host);
  const chain = chainOf(damage, picture, known, channels);
  if (Object.keys(damage).length === 0 && error === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'What is wrong with the picture? Name its damages, such as --damage "blur=1.2,noise=auto,scale=2,grey,jpeg=auto", or give a mask.',
    );
  }
  const { scale } = chain;
  const [width, height] = [picture.width * scale, picture.height * scale];
  const block = chain.quantization === undefined ? 1 : BLOCK * Math.max(...chain.quantization.sampling);
  const kernel = chain.blur === undefined ? 0 : gaussianKernel(chain.blur).width;
  const measure = (frame: Rect) => measurementOf(chain, known, error, frame);
  const sample = { x: 0, y: 0, width: Math.min(width, 8 * scale * block), height: Math.min(height, 8 * scale * block) };
  const probe = measure(sample);
  const settings = chooseSolver(options, probe.operator, probe.sigmaY, network, host.tuned);
  const alpha = scale > 1 ? enlargedAlpha(picture, scale) : alphaOf(picture);
  const like = { ...picture, mode: modeOf(picture, chain.grey) };
  const run = restoreWhole(
    { width, height, settings, seed, samples, tile, alignment: scale * block, reach: kernel + scale * block, measure },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const measured = { noise: chain.noise * 127.5, ...(damage.noise === 'auto' ? { noiseEstimated: 1 } : {}) };
      return { solver: settings, ...next.value, paintedPixels: width * height, measured };
    }
    const event = next.value;
    if (event.type === 'step') yield event;
    else
      yield {
        type: 'sample',
        sample: event.sample,
        picture: pictureOf(explained(event.x, chain, known, error), like, alpha),
      };
  }
};

/** The picture with its missing pixels filled, and the expected error of each pixel where any is missing. */
async function* fillMissing(
  { picture, mask, options }: PictureRequest,
  { signal }: RestoreHost,
): AsyncGenerator<RestoreEvent, { known: Picture; error: Float32Array | undefined }> {
  if (mask === undefined || mask.every((value) => value === 0)) return { known: picture, error: undefined };
  const request = { picture, mask, seed: options.seed };
  const fill = await fillPicture(request, { signal });
  for (const { message } of fill.notices) yield { type: 'notice', message };
  const error = new Float32Array(mask.length);
  for (const { core, frame, tau } of fill.windows) {
    for (let y = core.y; y < core.y + core.height; y++) {
      for (let x = core.x; x < core.x + core.width; x++) {
        const at = y * picture.width + x;
        if (mask[at] !== 0) error[at] = Math.max(LEAST_SIGMA, tau[(y - frame.y) * frame.width + x - frame.x]);
      }
    }
  }
  return { known: paintFill(request, fill), error };
}

function chainOf(damage: Damage, picture: Picture, known: Picture, channels: 1 | 3): Chain {
  const { blur, scale = 1, grey = false, noise, jpeg } = damage;
  if (grey && channels === 1) {
    throw new LangevinError(
      'unsupported-combination',
      'This model knows no colours; leave "grey" out, or choose photo.',
    );
  }
  const sigma =
    noise === 'auto'
      ? estimateNoise(sampledRows(known, colourChannels(picture)))
      : (noise ?? (jpeg === undefined ? DEFAULT_NOISE : 0)) / 127.5;
  return { channels, scale, blur, grey, noise: sigma, quantization: quantizationIn(jpeg, picture, known) };
}

function quantizationIn(jpeg: Damage['jpeg'], picture: Picture, known: Picture): JpegQuantization | undefined {
  if (jpeg === undefined) return undefined;
  if (jpeg !== 'auto') return quantizationOf({ quality: jpeg, chroma: '4:2:0' });
  const { quantization } = picture.metadata;
  if (quantization === undefined) {
    const quality = earlierJpegQuality(sampledRows(known));
    const remedy =
      quality === undefined
        ? 'If it was a JPEG once, name its quality: jpeg=1…100.'
        : `It looks as if it had been one of quality ${quality}: jpeg=${quality}.`;
    throw new LangevinError(
      'invalid-argument',
      'How strongly this picture was compressed is not in its file, because it is no JPEG or one of unusual colours. ' +
        remedy,
    );
  }
  return quantization;
}

/** The measurement of a rectangle of x0, and the picture as it is, enlarged, to begin from. */
function measurementOf(
  chain: Chain,
  known: Picture,
  error: Float32Array | undefined,
  frame: Rect,
): Measurement & { readonly initial: Tensor } {
  const { channels, scale, blur, grey, noise, quantization } = chain;
  const small = {
    x: frame.x / scale,
    y: frame.y / scale,
    width: frame.width / scale,
    height: frame.height / scale,
  };
  const parts: ((shape: ImageShape) => LinearOperator)[] = [];
  if (blur !== undefined) parts.push((shape) => createBlur(shape, gaussianKernel(blur), 'reflect'));
  if (scale > 1) parts.push((shape) => createDownsample(shape, scale, 'bicubic'));
  if (grey) parts.push((shape) => new LumaOperator(shape));
  const { x: seen } = readTensor(known, undefined, small, 1, channels);
  const decoded = grey ? new LumaOperator([channels, small.height, small.width]).apply(seen) : seen;
  const initial = scale > 1 ? enlarge(seen, small, scale, frame) : seen;
  const errors = error && cutFloats(error, known.width, small);
  let operator: LinearOperator | undefined;
  for (const part of parts) {
    const next = part(operator?.outputShape ?? [channels, frame.height, frame.width]);
    operator = operator === undefined ? next : compose(next, operator);
  }
  const shape: ImageShape = [grey ? 1 : channels, small.height, small.width];
  if (quantization !== undefined) {
    const coded = new JpegOperator(shape, quantization, { noise, error: errors });
    return {
      operator: operator === undefined ? coded : compose(coded, operator),
      y: coded.measure(decoded),
      initial,
      sigmaY: 1,
    };
  }
  operator ??= new IdentityOperator(shape);
  if (errors === undefined) return { operator, y: decoded, sigmaY: noise, initial };
  const sigmaY = Math.max(noise, LEAST_SIGMA);
  const weights = new WeightedOperator(
    shape,
    errors.map((e) => (e === 0 ? 1 : sigmaY / Math.hypot(sigmaY, e))),
  );
  return { operator: compose(weights, operator), y: weights.apply(decoded), sigmaY, initial };
}

/** x0, within the cells of the coefficients of the JPEG where that is all that happened to it. */
function explained(x: Tensor, chain: Chain, known: Picture, error: Float32Array | undefined): Tensor {
  const { quantization, blur, scale, grey, noise, channels } = chain;
  if (quantization === undefined || blur !== undefined || scale > 1 || grey || noise > 0) return x;
  const { width, height } = known;
  const coded = new JpegOperator([channels, height, width], quantization, { error });
  const y = coded.measure(readTensor(known, undefined, { x: 0, y: 0, width, height }, 1, channels).x);
  let out = x;
  for (let i = 0; i < PROJECTIONS; i++) {
    out = coded.project(out, y, CELL_MARGIN);
    out = { shape: out.shape, data: out.data.map((value) => Math.min(1, Math.max(-1, value))) };
  }
  return out;
}

function cutFloats(values: Float32Array, width: number, rect: Rect): Float32Array {
  const out = new Float32Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const start = (rect.y + y) * width + rect.x;
    out.set(values.subarray(start, start + rect.width), y * rect.width);
  }
  return out;
}

/** Colour where colours are restored. */
function modeOf({ mode }: Picture, grey: boolean): PictureMode {
  if (!grey) return mode;
  return mode === 'gray-alpha' || mode === 'rgb-alpha' ? 'rgb-alpha' : 'rgb';
}

function alphaOf(picture: Picture): ArrayLike<number> | undefined {
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  if (stride === colours) return undefined;
  return Float32Array.from({ length: picture.width * picture.height }, (_, i) => picture.data[i * stride + colours]);
}
