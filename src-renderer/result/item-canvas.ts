import type { Pixels } from '../../src-main/contract/app/values.ts';
import { pixelCanvas } from '../live/frame-pixels.ts';

/** Gives canvases that hold pixels, the same for the same pixels as long as this is used; undefined where there is none. */
export function itemCanvases(): (pixels: Pixels | undefined) => HTMLCanvasElement | undefined {
  const canvases = new WeakMap<Pixels['data'], HTMLCanvasElement>();
  return (pixels) => {
    if (pixels === undefined) return undefined;
    const canvas = canvases.get(pixels.data) ?? pixelCanvas(pixels);
    if (canvas !== undefined) canvases.set(pixels.data, canvas);
    return canvas;
  };
}
