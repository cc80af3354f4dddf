import type { DamageMaps, FindingBounds } from '../../contract/find.ts';
import { dilated, runsOf } from './bitmap.ts';
import { forEachComponent } from './components.ts';
import { codeOfProbability } from './logit-codes.ts';

/** A rough stroke: 0 where nothing was painted, of a part of the picture as displayed. */
export interface Stroke {
  readonly bounds: FindingBounds;
  /** bounds.height × bounds.width. */
  readonly data: Uint8Array;
}

/** Under a stroke a person points at damage, so that a weak sign of it is enough. */
const LEAST_PROBABILITY = 0.15;
/** … but what is much less sure than the surest beside it, by this many steps of the codes (4 in the logit), is its surroundings. */
const MOST_BELOW_PEAK = 64;
/** How far beside the stroke damage may lie that it means, pixels. */
const REACH = 8;
const GROWTH = 2;

/**
 * What a rough stroke over damage means: the damage that hangs together beneath it and within 8 pixels beside it, as far
 * as it is nearly as sure as the surest of it, grown over its soft border.
 * @returns runs as in `Finding`; empty where there is no sign of damage, and the stroke should stay as painted.
 */
export function snapStroke(maps: DamageMaps, stroke: Stroke): Int32Array {
  const { pictureWidth: width, pictureHeight: height } = maps;
  const scale = Math.max(1, Math.round(width / maps.width), Math.round(height / maps.height));
  const area = stroke.bounds;
  const left = Math.max(0, area.x - REACH);
  const top = Math.max(0, area.y - REACH);
  const right = Math.min(width, area.x + area.width + REACH);
  const bottom = Math.min(height, area.y + area.height + REACH);
  if (right <= left || bottom <= top) return new Int32Array(0);
  const bounds = { x: left, y: top, width: right - left, height: bottom - top };
  const painted = new Uint8Array(bounds.width * bounds.height);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) {
      if (stroke.data[y * area.width + x] === 0) continue;
      const [px, py] = [area.x + x - left, area.y + y - top];
      if (px >= 0 && py >= 0 && px < bounds.width && py < bounds.height) painted[py * bounds.width + px] = 1;
    }
  }
  const near = dilated({ bounds, data: painted }, REACH).data;
  const codes = new Uint8Array(near.length);
  for (let y = 0, i = 0; y < bounds.height; y++) {
    const row = Math.floor((top + y) / scale) * maps.width;
    for (let x = 0; x < bounds.width; x++, i++) {
      if (near[i] === 0) continue;
      const at = row + Math.floor((left + x) / scale);
      codes[i] = Math.max(maps.surface[at], maps.area[at]);
    }
  }
  const found = new Uint8Array(near.length);
  forEachComponent(codes, bounds.width, bounds.height, codeOfProbability(LEAST_PROBABILITY), ({ pixels }) => {
    let peak = 0;
    for (const i of pixels) if (painted[i] !== 0 && codes[i] > peak) peak = codes[i];
    if (peak === 0) return;
    for (const i of pixels) if (codes[i] >= peak - MOST_BELOW_PEAK) found[i] = 1;
  });
  return runsOf(dilated({ bounds, data: found }, GROWTH * scale));
}
