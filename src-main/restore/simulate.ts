import type { NoiseDamage } from '../contract/damage.ts';
import { LangevinError } from '../errors.ts';
import { createBlur } from '../operators/blur.ts';
import { customKernel, gaussianKernel } from '../operators/blur-kernel.ts';
import { createDownsample } from '../operators/downsample.ts';
import { IdentityOperator } from '../operators/identity.ts';
import { JpegOperator } from '../operators/jpeg.ts';
import { LumaOperator } from '../operators/luma.ts';
import { MaskOperator } from '../operators/mask.ts';
import { simulate } from '../operators/measure.ts';
import type { LinearOperator } from '../operators/operator.ts';
import { quantizationOf } from '../tensor/jpeg-tables.ts';
import { BatchRandom } from '../tensor/random.ts';
import { linear, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { channelCount, type Picture, type PictureMode } from '../tensor/picture.ts';
import { degradation, kernelOf } from './chain/chain.ts';
import { chainNoise, withNoise, type ChainNoise } from './chain/chain-noise.ts';
import { addedByFading, fadingOf } from './chain/fading.ts';
import { colourChannels, readTensor } from './picture-tensor.ts';
import type { PictureRequest } from './request.ts';
import { pictureOf } from './tasks/write-whole.ts';

/**
 * Damages a good picture as its task supposes, so that restoring it can be judged: painted pixels turn mid-grey, colours
 * go, and so on, with noise of `options.noise` (0…255) from `options.seed`. Samples are rounded and clipped to the
 * picture's depth. Alpha stays where the size does.
 * @throws invalid-argument where the task's mask, scale or blur is missing; mask-size.
 */
export function simulateDamage(request: PictureRequest): Picture {
  const { picture, options } = request;
  const { width, height } = picture;
  const channels = colourChannels(picture);
  const { x } = readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, channels);
  const random = BatchRandom.seeded(options.seed, 1);
  const y =
    options.task === 'compound'
      ? throughChain(request, x, random)
      : simulate(damageOf(request, [channels, height, width]), x, (2 * (options.noise ?? 0)) / 255, random);
  const sameSize = y.shape[2] === height && y.shape[3] === width;
  return pictureOf(y, modelFor(picture, y.shape[1], sameSize));
}

function damageOf({ mask, kernel, options, picture }: PictureRequest, shape: ImageShape): LinearOperator {
  switch (options.task) {
    case 'inpaint':
      if (mask === undefined) throw missing('a mask (--mask)');
      if (mask.length !== picture.width * picture.height) {
        throw new LangevinError('mask-size', `The mask has ${mask.length} pixels, the picture ${shape[1] * shape[2]}.`);
      }
      return new MaskOperator(shape, mask);
    case 'colorize':
      return shape[0] === 1 ? new IdentityOperator(shape) : new LumaOperator(shape);
    case 'super-resolve':
      if (options.scale === undefined) throw missing('the reduction (--scale 2, 3 or 4)');
      return createDownsample(shape, options.scale, 'bicubic');
    case 'deblur':
      if (kernel !== undefined) return createBlur(shape, customKernel(kernel.height, kernel.width, kernel.data, true));
      if (options.blurSigma === undefined) throw missing('a blur (--blur-sigma or --kernel)');
      return createBlur(shape, gaussianKernel(options.blurSigma));
    case 'compound':
    case 'denoise':
      return new IdentityOperator(shape);
    case 'reconstruct':
      throw new LangevinError('invalid-argument', 'Scans are made of slices, by scanSlice.');
  }
}

/** The damages of a chain, one after the other. @throws invalid-argument for `auto`: nothing can be estimated of a good picture. */
function throughChain({ kernel, options }: PictureRequest, x: Tensor, random: BatchRandom): Tensor {
  const { damage = {} } = options;
  const [, c, h, w] = x.shape;
  const grey = damage.grey === true && c === 3;
  const blur = kernelOf(damage.blur, kernel);
  const given = damage.fading === 'auto' ? undefined : damage.fading;
  if (damage.fading !== given) throw unestimated('fading', 'auto');
  const fading = given && fadingOf(given, grey ? 1 : c);
  const seen = degradation({ blur, scale: damage.scale ?? 1, grey, fading }, [c, h, w]).apply(x);
  const faded = fading === undefined ? seen : linear(1, seen, 1, addedByFading(fading, seen.shape));
  const noisy = damage.noise === undefined ? faded : withNoise(givenNoise(damage.noise), faded, random);
  if (damage.jpeg === 'auto') throw unestimated('jpeg', 'auto');
  return damage.jpeg === undefined ? noisy : asJpeg(noisy, damage.jpeg);
}

function givenNoise(noise: NoiseDamage): ChainNoise {
  if (noise === 'auto') throw unestimated('noise', 'auto');
  return chainNoise(noise, false, () => {
    throw unestimated('noise', 'one to be estimated');
  });
}

function unestimated(part: string, value: string): LangevinError {
  return new LangevinError('invalid-argument', `Damaging a picture needs a number for ${part}, not ${value}.`);
}

/** What is left after coding with libjpeg's tables of a quality, 4:2:0, and decoding. */
function asJpeg(x: Tensor, quality: number): Tensor {
  const [, c, h, w] = x.shape;
  const coded = new JpegOperator([c, h, w], quantizationOf({ quality, chroma: '4:2:0' }));
  return coded.decode(coded.measure(x));
}

/** The picture whose colours and alpha the measurement has. */
function modelFor(picture: Picture, channels: number, sameSize: boolean): Picture {
  const colours = colourChannels(picture);
  const hasAlpha = channelCount(picture.mode) > colours;
  if (channels === colours && (sameSize || !hasAlpha)) return picture;
  const keepsAlpha = hasAlpha && sameSize;
  const mode: PictureMode = channels === 1 ? (keepsAlpha ? 'gray-alpha' : 'gray') : keepsAlpha ? 'rgb-alpha' : 'rgb';
  const { width, height, data } = picture;
  const stride = channelCount(mode);
  const reordered = data.slice(0, width * height * stride);
  if (keepsAlpha) for (let i = 0; i < width * height; i++) reordered[i * stride + 1] = data[i * 4 + 3];
  // A profile of colours does not describe grey samples.
  const { icc: _icc, ...metadata } = picture.metadata;
  return { ...picture, mode, data: reordered, metadata: channels === colours ? picture.metadata : metadata };
}

function missing(what: string): LangevinError {
  return new LangevinError('invalid-argument', `Simulating this damage needs ${what}.`);
}
