import { LangevinError } from '../../errors.ts';
import { createBlur } from '../../operators/blur.ts';
import { customKernel, gaussianKernel, type BlurKernel } from '../../operators/blur-kernel.ts';
import type { LinearOperator } from '../../operators/operator.ts';
import { zeros, type Tensor } from '../../tensor/tensor.ts';
import { chooseSolver } from '../choose-solver.ts';
import { readTensor } from '../picture-tensor.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';
import { pictureOf } from './write-whole.ts';

/** Noise on 0…255 that is assumed when none is given: rounding to 8 bits and a little more. */
const DEFAULT_NOISE = 1;
/** Most pixels that a window sees beyond its core because of a wide blur. */
const WIDEST_REACH = 192;

/**
 * A convolves with a Gaussian, reflected at the border (closed by cosine transform), or with any kernel, periodic on a
 * reflected and tapered frame (closed by Fourier transform) that is cut off again.
 */
export const deblurTask: TaskRunner<PictureRequest> = async function* ({ picture, kernel, options }, network, host) {
  const { width, height } = picture;
  const { channels } = network.manifest;
  if ((kernel === undefined) === (options.blurSigma === undefined)) {
    throw new LangevinError(
      'invalid-argument',
      'Deblurring needs to know the blur: give either its standard deviation in pixels (--blur-sigma) or its picture (--kernel).',
    );
  }
  const blur =
    kernel === undefined
      ? gaussianKernel(options.blurSigma!)
      : customKernel(kernel.height, kernel.width, kernel.data, true);
  const noise = options.noise ?? DEFAULT_NOISE;
  const sigmaY = (2 * noise) / 255;
  const measure = (y: Tensor) => (kernel === undefined ? reflected(y, blur) : periodic(y, blur));
  const settings = chooseSolver(options, measure(zeros([1, channels, 8, 8])).operator, sigmaY, network, host.tuned);
  const { seed, samples, tile } = options;
  const run = restoreWhole(
    {
      ...{ width, height, settings, seed, samples, tile },
      reach: Math.min(WIDEST_REACH, Math.max(blur.width, blur.height)),
      measure: (frame) => ({ ...measure(readTensor(picture, undefined, frame, 1, channels).x), sigmaY }),
    },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) return { solver: settings, ...next.value, paintedPixels: width * height, measured: { noise } };
    const event = next.value;
    if (event.type === 'step') yield event;
    else yield { type: 'sample', sample: event.sample, picture: pictureOf(event.x, picture) };
  }
};

interface Blurred {
  readonly operator: LinearOperator;
  readonly y: Tensor;
  readonly margin: number;
}

function reflected(y: Tensor, blur: BlurKernel): Blurred {
  const [, c, h, w] = y.shape;
  return { operator: createBlur([c, h, w], blur, 'reflect'), y, margin: 0 };
}

/**
 * The picture with a frame of the kernel's size, reflected, and towards its outer edge faded into the blurred frame,
 * which goes on smoothly on the other side.
 */
function periodic(y: Tensor, blur: BlurKernel): Blurred {
  const margin = Math.max(blur.width, blur.height);
  const [, c, h, w] = y.shape;
  const padded = zeros([1, c, h + 2 * margin, w + 2 * margin]);
  const [, , ph, pw] = padded.shape;
  for (let plane = 0; plane < c; plane++) {
    for (let i = 0; i < ph; i++) {
      for (let j = 0; j < pw; j++) {
        const from = (plane * h + reflect(i - margin, h)) * w + reflect(j - margin, w);
        padded.data[(plane * ph + i) * pw + j] = y.data[from];
      }
    }
  }
  const operator = createBlur([c, ph, pw], blur, 'circular');
  const smooth = operator.apply(padded).data;
  for (let k = 0; k < smooth.length; k++) {
    const i = Math.floor(k / pw) % ph;
    const j = k % pw;
    const weight = Math.min(1, Math.min(i + 0.5, ph - i - 0.5, j + 0.5, pw - j - 0.5) / margin);
    padded.data[k] = weight * padded.data[k] + (1 - weight) * smooth[k];
  }
  return { operator, y: padded, margin };
}

/** Index into 0…length − 1 with the border pixel repeated once, as often as needed. */
function reflect(index: number, length: number): number {
  const period = 2 * length;
  const at = ((index % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
