import { z } from 'zod';
import { invalidArgument } from '../errors.ts';
import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/** Fading: every channel times its gain. What is added to a faded picture is taken off the measurement before. */
export class ChannelGainOperator extends CheckedOperator {
  readonly name = 'channel-gain';
  readonly norm: number;
  readonly rowGram?: number;
  readonly spectrum: Spectrum;
  readonly #gains: readonly number[];

  /** @throws invalid-argument unless there is a finite gain > 0 for each channel. */
  constructor(inputShape: ImageShape, gains: readonly number[]) {
    super(inputShape, inputShape);
    if (gains.length !== inputShape[0] || gains.some((gain) => !(gain > 0 && gain < Infinity))) {
      throw invalidArgument('gains', `${inputShape[0]} finite numbers > 0, one for each channel`, [...gains]);
    }
    this.#gains = gains;
    this.norm = Math.max(...gains);
    if (gains.every((gain) => gain === gains[0])) this.rowGram = gains[0] ** 2;
    const plane = inputShape[1] * inputShape[2];
    const singularValues = new Float32Array(imageSize(inputShape));
    gains.forEach((gain, c) => singularValues.fill(gain, c * plane, (c + 1) * plane));
    const same = (x: Tensor): Tensor => {
      expectShape(x, inputShape, 'The spectrum of channel-gain');
      return { shape: x.shape, data: x.data.slice() };
    };
    this.spectrum = { singularValues, toSpectrum: same, fromSpectrum: same, measurementToSpectrum: same };
  }

  protected override forward(x: Tensor): Tensor {
    return this.#times(x, (gain) => gain);
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#times(y, (gain) => gain);
  }

  protected override invert(y: Tensor): Tensor {
    return this.#times(y, (gain) => 1 / gain);
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return this.#times(r, (gain) => 1 / (sigmaY2 + k * gain * gain));
  }

  #times(x: Tensor, factor: (gain: number) => number): Tensor {
    const [n, c, h, w] = x.shape;
    const out = zeros(x.shape);
    for (let plane = 0; plane < n * c; plane++) {
      const by = factor(this.#gains[plane % c]);
      for (let i = plane * h * w; i < (plane + 1) * h * w; i++) out.data[i] = by * x.data[i];
    }
    return out;
  }
}

export const channelGainDefinition = defineOperator({
  name: 'channel-gain',
  summary: 'Every channel times its gain: a faded or tinted picture.',
  options: z.strictObject({ gains: z.array(z.number()).min(1) }),
  create: (inputShape, { gains }) => new ChannelGainOperator(inputShape, gains),
});
