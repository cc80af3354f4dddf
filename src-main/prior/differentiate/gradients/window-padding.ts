import { ceilDivide, multiply, sameDimension, subtract } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { readWindow, type Window } from '../inference/window-shapes.ts';

/** The window of a node. @throws unsupported-operator where its size is not known. */
export function knownWindow(node: ForwardNode): Window {
  const window = readWindow(node);
  if (window === undefined) throw node.unsupported('the size of its kernel is not known');
  return window;
}

/**
 * The pads of a Conv as numbers [begins…, ends…], whatever auto_pad says.
 * @throws unsupported-operator where they depend on the size of the picture.
 */
export function convolutionPads(node: ForwardNode, window: Window): number[] {
  if (!window.autoPad.startsWith('SAME')) return [...window.pads];
  const totals = window.kernel.map((_, axis) => {
    const stride = window.strides[axis];
    if (stride === 1) return window.extents[axis] - 1;
    const size = node.inputShape(0)[axis + 2];
    if (typeof size === 'number') {
      return Math.max(0, (Math.ceil(size / stride) - 1) * stride + window.extents[axis] - size);
    }
    if (!sameDimension(multiply(ceilDivide(size, stride), stride), size)) {
      throw node.unsupported('how much it pads depends on the size of the picture');
    }
    return Math.max(0, window.extents[axis] - stride);
  });
  return split(window, totals, window.autoPad === 'SAME_UPPER');
}

/**
 * The pads of a ConvTranspose as numbers, from auto_pad or from the output shape asked for.
 * @throws unsupported-operator where they depend on the size of the picture.
 */
export function transposedPads(node: ForwardNode, window: Window): number[] {
  const same = window.autoPad.startsWith('SAME');
  if (!same && !node.hasAttribute('output_shape')) return [...window.pads];
  const outputPadding = node.ints('output_padding') ?? [];
  const totals = window.kernel.map((_, axis) => {
    const full = multiply(window.strides[axis], subtract(node.inputShape(0)[axis + 2], 1));
    const size = node.outputShape(0)[axis + 2];
    const total = subtract(subtract(full, size), -(window.extents[axis] + (outputPadding[axis] ?? 0)));
    if (typeof total !== 'number') throw node.unsupported('how much it crops depends on the size of the picture');
    return Math.max(0, total);
  });
  return split(window, totals, window.autoPad === 'SAME_UPPER');
}

function split(window: Window, totals: readonly number[], moreAtEnd: boolean): number[] {
  const begins = totals.map((total) => (moreAtEnd ? Math.floor(total / 2) : Math.ceil(total / 2)));
  return [...begins, ...window.kernel.map((_, axis) => totals[axis] - begins[axis])];
}
