import type { PictureSurfaceAdapter } from './picture-tiles.ts';

/** Tiles on canvases of the browser. */
export const canvasSurfaces: PictureSurfaceAdapter<OffscreenCanvas> = {
  create: ({ width, height }) => new OffscreenCanvas(width, height),
  put: (surface, pixels, { width, height }, x, y) =>
    surface.getContext('2d')?.putImageData(new ImageData(pixels, width, height), x, y),
  drawReduced: (target, source, { x, y, width, height }) =>
    target.getContext('2d')?.drawImage(source, x, y, width, height),
};
