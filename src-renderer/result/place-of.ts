import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import { wholeRect, type Rect, type Size } from '../canvas/geometry.ts';

/** Where a result lies in the picture; undefined where that is not known, or it is no picture of the same place. */
export function placeOf(result: ResultInfo, crop: Rect | undefined, picture: Size): Rect | undefined {
  if (result.kind === 'sheet' || result.kind === 'interval') return undefined;
  const whole = crop ?? wholeRect(picture);
  const hasShape = Math.abs(result.width * whole.height - result.height * whole.width) <= result.width + result.height;
  return hasShape && result.width >= whole.width ? whole : undefined;
}
