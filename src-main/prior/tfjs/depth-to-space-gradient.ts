import type { Tensor, Tensor4D } from './tensorflow.ts';
import type { Tfjs } from './library.ts';

/** Gives TensorFlow.js the gradient of tf.depthToSpace, which it has not: the pixels go back to the channels. */
export function registerDepthToSpaceGradient(tf: Tfjs): void {
  if (tf.getGradient('DepthToSpace') !== undefined) return;
  tf.registerGradient({
    kernelName: 'DepthToSpace',
    gradFunc: (dy, _saved, attrs) => {
      const { blockSize, dataFormat } = attrs as unknown as { blockSize: number; dataFormat: 'NHWC' | 'NCHW' };
      return { x: () => spaceToDepth(tf, dy as Tensor4D, blockSize, dataFormat) };
    },
  });
}

function spaceToDepth(tf: Tfjs, y: Tensor4D, block: number, dataFormat: 'NHWC' | 'NCHW'): Tensor {
  if (dataFormat === 'NCHW') {
    const [n, c, height, width] = y.shape;
    const [h, w] = [height / block, width / block];
    const parts = tf.reshape(y, [n, c, h, block, w, block]);
    return tf.reshape(tf.transpose(parts, [0, 3, 5, 1, 2, 4]), [n, block * block * c, h, w]);
  }
  const [n, height, width, c] = y.shape;
  const [h, w] = [height / block, width / block];
  const parts = tf.reshape(y, [n, h, block, w, block, c]);
  return tf.reshape(tf.transpose(parts, [0, 1, 3, 2, 4, 5]), [n, h, w, block * block * c]);
}
