import type { FadingDamage } from '../../contract/damage.ts';
import { zeros, type Shape, type Tensor } from '../../tensor/tensor.ts';

/** Fading of each channel of the measurement, on [−1, 1]: gain·x + offset. */
export interface Fading {
  readonly gains: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * From gain and offset on 0…255, where gain·x + offset is seen of x.
 * @param channels  of the measurement; one takes the first of three.
 */
export function fadingOf({ gain, offset }: Exclude<FadingDamage, 'auto'>, channels: number): Fading {
  const each = (value: number | readonly number[]): number[] =>
    Array.from({ length: channels }, (_, c) => (typeof value === 'number' ? value : value[c]));
  const gains = each(gain);
  return { gains, offsets: each(offset).map((o, c) => gains[c] - 1 + o / 127.5) };
}

/** What fading adds, as a picture of that shape. */
export function addedByFading({ offsets }: Fading, shape: Shape): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = shape;
  for (let plane = 0; plane < n * c; plane++) out.data.fill(offsets[plane % c], plane * h * w, (plane + 1) * h * w);
  return out;
}

/** The picture before it faded, within the range of pictures. A picture of more channels than the fading has its first. */
export function unfaded({ gains, offsets }: Fading, x: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const out = zeros(x.shape);
  for (let plane = 0; plane < n * c; plane++) {
    const channel = Math.min(plane % c, gains.length - 1);
    for (let i = plane * h * w; i < (plane + 1) * h * w; i++) {
      out.data[i] = Math.min(1, Math.max(-1, (x.data[i] - offsets[channel]) / gains[channel]));
    }
  }
  return out;
}
