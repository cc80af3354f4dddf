import type { Pixels } from '../../src-main/contract/app/values.ts';
import type { Size } from '../canvas/geometry.ts';
import { pixelCanvas } from '../live/frame-pixels.ts';

/** The pixels at another size, smoothed as the browser draws them; undefined where there is no canvas. */
export function scaledPixels(pixels: Pixels, { width, height }: Size): Pixels | undefined {
  const source = pixelCanvas(pixels);
  const target = Object.assign(document.createElement('canvas'), { width, height });
  const context = target.getContext('2d');
  if (source === undefined || context === null) return undefined;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data: new Uint8Array(data.buffer) };
}
