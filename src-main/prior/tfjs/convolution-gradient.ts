import type { Tensor4D } from './tensorflow.ts';
import type { Tfjs } from './library.ts';

export interface Convolution {
  /** [n, h, w, c] of x. */
  readonly inputShape: [number, number, number, number];
  readonly strides: [number, number] | number;
  readonly pad: Parameters<Tfjs['backend_util']['computeConv2DInfo']>[4];
}

/** What a filter is turned into: for windows that overlap, or for those that do not. */
export type FilterForm = 'round' | 'patches';

/** Gives the form of a filter that `turn` makes; a caller may keep it for the next time. */
export type TurnFilter = (filter: Tensor4D, form: FilterForm, turn: (filter: Tensor4D) => Tensor4D) => Tensor4D;

/**
 * dL/dx of a convolution without dilation on [n, h, w, c], itself written as a convolution: of dy, with zeros between
 * its pixels where the stride is above one, by the filter turned round. A backend with a fast convolution and a slow
 * kernel for its gradient (WebAssembly: a factor of 25) gains by it.
 * @returns undefined for paddings wider than the filter's reach.
 */
export function convolutionInputGradient(
  tf: Tfjs,
  dy: Tensor4D,
  filter: Tensor4D,
  { inputShape, strides, pad }: Convolution,
  turned: TurnFilter,
): Tensor4D | undefined {
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad);
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  if (Math.max(top, bottom) >= filterHeight || Math.max(left, right) >= filterWidth) return undefined;
  return tf.tidy(() => {
    const apart = strideHeight === filterHeight && strideWidth === filterWidth && top === 0 && left === 0;
    if (apart) return patchesApart(tf, dy, filter, inputShape, turned);
    const round = turned(filter, 'round', (f) => tf.reverse(tf.transpose(f, [0, 1, 3, 2]), [0, 1]) as Tensor4D);
    const spread = withZerosBetween(tf, dy, strideHeight, strideWidth);
    const above = filterHeight - 1 - top;
    const before = filterWidth - 1 - left;
    // Rows and columns of x that no window reached get zeros.
    const below = inputShape[1] + filterHeight - 1 - spread.shape[1] - above;
    const behind = inputShape[2] + filterWidth - 1 - spread.shape[2] - before;
    return tf.conv2d(spread, round, 1, margins([above, below], [before, behind]));
  });
}

/** Windows that do not overlap: each pixel of dy gives, by a 1 × 1 convolution, the gradient of one of them. */
function patchesApart(
  tf: Tfjs,
  dy: Tensor4D,
  filter: Tensor4D,
  [samples, height, width, channels]: Convolution['inputShape'],
  turned: TurnFilter,
): Tensor4D {
  const [filterHeight, filterWidth, , outChannels] = filter.shape;
  const [, outHeight, outWidth] = dy.shape;
  const toPatches = turned(filter, 'patches', (f) => {
    const matrix = tf.transpose(tf.reshape(f, [-1, outChannels]));
    return tf.reshape(matrix, [1, 1, outChannels, -1]) as Tensor4D;
  });
  const parts = [samples * outHeight, outWidth, filterHeight, filterWidth * channels];
  const patches = tf.reshape(tf.conv2d(dy, toPatches, 1, 'valid'), parts);
  const [coveredHeight, coveredWidth] = [outHeight * filterHeight, outWidth * filterWidth];
  const rows = tf.transpose(patches, [0, 2, 1, 3]);
  const covered = tf.reshape(rows, [samples, coveredHeight, coveredWidth, channels]) as Tensor4D;
  if (coveredHeight === height && coveredWidth === width) return covered;
  return tf.pad(covered, margins([0, height - coveredHeight], [0, width - coveredWidth]));
}

function withZerosBetween(tf: Tfjs, x: Tensor4D, strideHeight: number, strideWidth: number): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [n, h, w, c] = x.shape;
  const rows = tf.pad(tf.reshape(x, [n * h, 1, 1, w * c]), margins([0, strideHeight - 1], [0, 0]));
  const columns = tf.pad(tf.reshape(rows, [n * h * strideHeight, w, 1, c]), margins([0, 0], [0, strideWidth - 1]));
  const full = tf.reshape(columns, [n, h * strideHeight, w * strideWidth, c]) as Tensor4D;
  return tf.slice(full, [0, 0, 0, 0], [n, (h - 1) * strideHeight + 1, (w - 1) * strideWidth + 1, c]);
}

/** Zeros around the two middle axes. */
function margins(height: [number, number], width: [number, number]): Margins {
  return [[0, 0], height, width, [0, 0]];
}
type Margins = [[number, number], [number, number], [number, number], [number, number]];
