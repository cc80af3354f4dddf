import type { PixelSource } from '../canvas/geometry.ts';
import { suggestMask } from '../canvas/suggest.ts';

/** Looks for damage beside the page, which goes on drawing meanwhile. */
addEventListener('message', ({ data }: MessageEvent<PixelSource>) => {
  const coverage = suggestMask(data);
  postMessage(coverage, { transfer: [coverage.buffer] });
});
