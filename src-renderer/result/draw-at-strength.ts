import type { MaskPatch } from '../../src-main/contract/app/values.ts';
import type { Size } from '../canvas/geometry.ts';
import { isFull, type ShownStrength } from './result-strength.svelte.ts';

/** The pictures that are mixed; `put` draws one at its place. */
export interface MixedPictures {
  readonly before: HTMLCanvasElement | undefined;
  readonly after: HTMLCanvasElement | undefined;
  readonly mask: MaskPatch | undefined;
  /** Of the picture that the mask lies on. */
  readonly size: Size;
}

/**
 * Draws a result at its strength: over the picture before with that opacity, and where the mask is painted with what is lacking
 * to its own. Compositing mixes encoded values, as the host does.
 * @returns false where the result is to be drawn as it is.
 */
export function drawAtStrength(
  context: CanvasRenderingContext2D,
  strength: ShownStrength,
  { before, after, mask, size }: MixedPictures,
  put: (image: HTMLCanvasElement | undefined) => void,
): boolean {
  if (isFull(strength) || before === undefined || after === undefined) return false;
  const { all, painted = all } = strength;
  context.save();
  put(before);
  context.globalAlpha = all;
  put(after);
  if (painted !== all && mask !== undefined) {
    // So that it becomes before + (all + (painted − all) m)(after − before), m the mask.
    const isMore = painted > all;
    context.globalAlpha = isMore ? (painted - all) / (1 - all) : (all - painted) / all;
    put(within(isMore ? after : before, mask, size));
  }
  context.restore();
  return true;
}

/** A picture where the mask is painted, as opaque as that. */
function within(image: HTMLCanvasElement, mask: MaskPatch, size: Size): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext('2d');
  const shape = shapeOf(mask);
  if (context === null || shape === undefined) return undefined;
  const [x, y] = [image.width / size.width, image.height / size.height];
  context.drawImage(image, 0, 0);
  context.globalCompositeOperation = 'destination-in';
  context.drawImage(shape, mask.x * x, mask.y * y, mask.width * x, mask.height * y);
  return canvas;
}

function shapeOf({ width, height, coverage }: MaskPatch): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const data = new ImageData(width, height);
  for (let i = 0; i < coverage.length; i++) data.data[4 * i + 3] = coverage[i];
  context.putImageData(data, 0, 0);
  return canvas;
}
