import type { BlurDamage, Damage } from '../../contract/damage.ts';
import { LangevinError } from '../../errors.ts';
import {
  customKernel,
  diskKernel,
  gaussianKernel,
  motionKernel,
  type BlurKernel,
} from '../../operators/blur-kernel.ts';
import { createBlur } from '../../operators/blur.ts';
import { ChannelGainOperator } from '../../operators/channel-gain.ts';
import { compose } from '../../operators/compose.ts';
import { createDownsample } from '../../operators/downsample.ts';
import { IdentityOperator } from '../../operators/identity.ts';
import { LumaOperator } from '../../operators/luma.ts';
import type { LinearOperator } from '../../operators/operator.ts';
import type { JpegQuantization, Picture } from '../../tensor/picture.ts';
import type { ImageShape } from '../../tensor/tensor.ts';
import { estimatedFading } from '../estimate/fading.ts';
import { earlierJpegQuality } from '../jpeg-history.ts';
import { quantizationOf } from '../../tensor/jpeg-tables.ts';
import { colourChannels } from '../picture-tensor.ts';
import type { KernelWeights } from '../request.ts';
import { sampledRows } from '../sampled-rows.ts';
import { chainNoise, type ChainNoise } from './chain-noise.ts';
import { fadingOf, type Fading } from './fading.ts';

/** Everything that happened to a picture, with every value known. */
export interface Chain {
  readonly channels: 1 | 3;
  readonly scale: number;
  readonly blur: BlurKernel | undefined;
  readonly grey: boolean;
  readonly fading: Fading | undefined;
  readonly noise: ChainNoise;
  readonly quantization: JpegQuantization | undefined;
}

/**
 * The chain that a damage stands for.
 * @param known  the picture with its missing pixels filled, from which is estimated what is not given.
 * @param channels  of the network.
 * @throws invalid-argument, unsupported-combination: a part that cannot stand there, in a sentence.
 */
export function resolveChain(
  damage: Damage,
  { picture, kernel }: { readonly picture: Picture; readonly kernel?: KernelWeights | undefined },
  known: Picture,
  channels: 1 | 3,
): Chain {
  const { blur, scale = 1, grey = false, fading, noise, jpeg } = damage;
  if (grey && channels === 1) {
    throw new LangevinError(
      'unsupported-combination',
      'This model knows no colours; leave "grey" out, or choose photo.',
    );
  }
  const measured = grey ? 1 : channels;
  const chain = {
    channels,
    scale,
    blur: kernelOf(blur, kernel),
    grey,
    fading: fading && fadingOf(fading === 'auto' ? estimatedFading(known) : fading, measured),
    noise: chainNoise(noise, jpeg !== undefined, () => sampledRows(known, colourChannels(picture))),
    quantization: quantizationIn(jpeg, picture, known),
  };
  assertTogether(chain, picture);
  return chain;
}

/** The blur's kernel. @throws invalid-argument where a file is named and not given, or given and not named. */
export function kernelOf(blur: BlurDamage | undefined, kernel: KernelWeights | undefined): BlurKernel | undefined {
  const isFile = typeof blur === 'object' && blur.kind === 'file';
  if (isFile !== (kernel !== undefined)) {
    throw new LangevinError(
      'invalid-argument',
      isFile
        ? 'The blur is said to be as a kernel, but no picture of the kernel is given: --damage blur=file:KERNEL.png.'
        : 'A picture of a blur is given, but the damage does not name it: --damage blur=file:KERNEL.png.',
    );
  }
  if (blur === undefined) return undefined;
  if (typeof blur === 'number') return gaussianKernel(blur);
  switch (blur.kind) {
    case 'motion':
      return motionKernel(blur.length, blur.angle);
    case 'disk':
      return diskKernel(blur.radius);
    case 'file':
      return customKernel(kernel!.height, kernel!.width, kernel!.data, true);
  }
}

/** @throws unsupported-combination for parts that are sound alone but not beside each other, or not of this picture. */
function assertTogether({ blur, scale, quantization }: Chain, { width, height }: Picture): void {
  const [across, down] = [width * scale, height * scale];
  if (blur !== undefined && (blur.width > 2 * across || blur.height > 2 * down)) {
    throw new LangevinError(
      'unsupported-combination',
      `A blur of ${blur.width} × ${blur.height} pixels is wider than the picture of ${across} × ${down}; nothing of it can be undone.`,
    );
  }
  if (quantization !== undefined && Math.min(width, height) < 8) {
    throw new LangevinError(
      'unsupported-combination',
      `A picture of ${width} × ${height} pixels has no whole block of JPEG; leave jpeg out.`,
    );
  }
}

/** What happens before noise, but for what fading adds: blur, reduction, loss of colours, the gain of fading. */
export function degradation(
  { blur, scale, grey, fading }: Pick<Chain, 'blur' | 'scale' | 'grey' | 'fading'>,
  shape: ImageShape,
): LinearOperator {
  const parts: ((shape: ImageShape) => LinearOperator)[] = [];
  if (blur !== undefined) parts.push((s) => createBlur(s, blur, 'reflect'));
  if (scale > 1) parts.push((s) => createDownsample(s, scale, 'bicubic'));
  if (grey) parts.push((s) => new LumaOperator(s));
  if (fading !== undefined) parts.push((s) => new ChannelGainOperator(s, fading.gains));
  let operator: LinearOperator | undefined;
  for (const part of parts) {
    const next = part(operator?.outputShape ?? shape);
    operator = operator === undefined ? next : compose(next, operator);
  }
  return operator ?? new IdentityOperator(shape);
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
