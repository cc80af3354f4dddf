import type { MaskPatch } from '../../src-main/contract/app/values.ts';
import { intersection, type Rect } from '../canvas/geometry.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';

/** Pixels of a block up to which it is sent as one, however little of it is painted. */
const SMALL = 2 ** 20;

/** The blocks that hold what is painted: one, or tile by tile where little of a large picture is. */
export function hintPatches(layer: MaskLayer): MaskPatch[] {
  const { bounds } = layer;
  if (bounds === undefined) return [];
  const rects: Rect[] =
    bounds.width * bounds.height <= SMALL
      ? [bounds]
      : layer
          .tilesIn(bounds)
          .filter((index) => layer.uniformCoverage(index) !== 0)
          .flatMap((index) => intersection(layer.tileRect(index), bounds) ?? []);
  return rects.map((rect) => ({ ...rect, coverage: layer.read(rect) }));
}
