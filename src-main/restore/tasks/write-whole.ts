import { channelCount, type Picture } from '../../tensor/picture.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { colourChannels, maxSample, quantize } from '../picture-tensor.ts';

/**
 * A picture of x0, in the colours, depth and metadata of `like`. A grey picture gets the mean of the channels.
 * @param x      [1, c, h, w] in [−1, 1] (clipped).
 * @param alpha  h × w samples; absent: those of `like`, whose size must then be that of x.
 */
export function pictureOf(x: Tensor, like: Picture, alpha?: ArrayLike<number>): Picture {
  const [, channels, height, width] = x.shape;
  const stride = channelCount(like.mode);
  const colours = colourChannels(like);
  const top = maxSample(like);
  const plane = height * width;
  const data = like.bitDepth === 8 ? new Uint8Array(plane * stride) : new Uint16Array(plane * stride);
  for (let i = 0; i < plane; i++) {
    if (colours === 1) {
      let mean = 0;
      for (let c = 0; c < channels; c++) mean += x.data[c * plane + i] / channels;
      data[i * stride] = quantize(mean, top);
    } else {
      for (let c = 0; c < 3; c++) data[i * stride + c] = quantize(x.data[c * plane + i], top);
    }
    if (stride > colours) data[i * stride + colours] = alpha ? alpha[i] : like.data[i * stride + colours];
  }
  // The samples are no more what a JPEG's tables made of them.
  const { quantization: _lost, ...metadata } = like.metadata;
  return { ...like, width, height, data, metadata };
}
