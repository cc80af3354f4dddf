import { DAMAGE_KINDS, type DamageKind, type DamageMaps, type Finding, type FindOptions } from '../../contract/find.ts';
import { bitmapOf, dilated, meanDepth, runsOf, type Bitmap } from './bitmap.ts';
import { forEachComponent, type Component } from './components.ts';
import { PROBABILITY_OF_CODE } from './logit-codes.ts';
import { outlinesOf } from './outline.ts';
import { thresholdsOf } from './thresholds.ts';

/** How far, in pixels of the maps, a finding grows over the soft border of its damage, and how much more by its width. */
const GROWTH = 2;
const GROWTH_OF_WIDTH = 0.1;
const MOST_GROWTH = 6;

/**
 * The damage in the maps: pixels that hang together above one threshold, reach a higher one somewhere (hysteresis) and
 * are sure enough on average, with at least so many pixels, of the kinds asked for, grown over their soft border. Pure and fast: a change of the
 * options needs no network.
 *
 * A finding has one kind, that of most of its pixels: the hairline end of a crack belongs to the crack.
 * @returns in reading order of their first pixels; surface damage before losses and text.
 */
export function findingsOf(maps: DamageMaps, { sensitivity, kinds, minSize }: FindOptions): Finding[] {
  const { width, height } = maps;
  const { kept, certain, mean } = thresholdsOf(sensitivity);
  const scale = Math.max(1, Math.round(maps.pictureWidth / width), Math.round(maps.pictureHeight / height));
  const findings: Finding[] = [];
  for (const layer of ['surface', 'area'] as const) {
    const codes = maps[layer];
    const shift = layer === 'surface' ? 0 : 4;
    forEachComponent(codes, width, height, kept, ({ pixels, bounds }) => {
      if (pixels.length < minSize) return;
      const kind = kindOf(pixels, maps.kinds, shift);
      if (!kinds.includes(kind) || !pixels.some((i) => codes[i] >= certain[kind])) return;
      if (pixels.reduce((sum, i) => sum + codes[i], 0) < mean * pixels.length) return;
      findings.push(findingOf({ pixels, bounds }, findings.length, kind, codes, maps, scale));
    });
  }
  return findings;
}

/**
 * The mask of findings: 1 on their runs, 0 elsewhere, pictureHeight × pictureWidth as displayed.
 * @param isKept  findings that count; absent: all.
 */
export function maskOf(
  findings: readonly Finding[],
  width: number,
  height: number,
  isKept: (finding: Finding) => boolean = () => true,
): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const finding of findings) {
    if (!isKept(finding)) continue;
    const { runs } = finding;
    for (let i = 0; i < runs.length; i += 3) mask.fill(1, runs[i] * width + runs[i + 1], runs[i] * width + runs[i + 2]);
  }
  return mask;
}

function kindOf(pixels: Int32Array, kinds: Uint8Array, shift: number): DamageKind {
  const votes = new Int32Array(DAMAGE_KINDS.length);
  for (const pixel of pixels) votes[(kinds[pixel] >> shift) & 15]++;
  return DAMAGE_KINDS[votes.indexOf(Math.max(...votes))];
}

function findingOf(
  { pixels, bounds }: Component,
  id: number,
  kind: DamageKind,
  codes: Uint8Array,
  maps: DamageMaps,
  scale: number,
): Finding {
  const { width, height } = maps;
  let sum = 0;
  for (const pixel of pixels) sum += PROBABILITY_OF_CODE[codes[pixel]];
  const bitmap = bitmapOf(pixels, bounds, MOST_GROWTH, width, height);
  // In a strip w pixels wide, w even, the distances 1 … w/2 … 1 to what is outside have the mean (w + 2)/4.
  const breadth = Math.max(1, 4 * meanDepth(bitmap) - 2);
  const longer = Math.max(bounds.width, bounds.height);
  const length = kind === 'line' || kind === 'crack' ? Math.max(longer, pixels.length / breadth) : longer;
  const growth = Math.min(MOST_GROWTH, GROWTH + GROWTH_OF_WIDTH * breadth);
  const grown = enlarged(dilated(bitmap, growth), scale, maps);
  const runs = runsOf(grown);
  return {
    id,
    kind,
    area: pixels.length * scale ** 2,
    length: Math.round(length * scale),
    probability: sum / pixels.length,
    bounds: boundsOf(runs),
    runs,
    outline: outlinesOf(grown),
  };
}

/** The bitmap in pixels of the picture. */
function enlarged(bitmap: Bitmap, scale: number, { pictureWidth, pictureHeight }: DamageMaps): Bitmap {
  if (scale === 1) return bitmap;
  const { x, y, width, height } = bitmap.bounds;
  const bounds = {
    x: x * scale,
    y: y * scale,
    width: Math.min(pictureWidth, (x + width) * scale) - x * scale,
    height: Math.min(pictureHeight, (y + height) * scale) - y * scale,
  };
  const data = new Uint8Array(bounds.width * bounds.height);
  for (let row = 0, to = 0; row < bounds.height; row++) {
    const from = Math.floor(row / scale) * width;
    for (let column = 0; column < bounds.width; column++) data[to++] = bitmap.data[from + Math.floor(column / scale)];
  }
  return { bounds, data };
}

function boundsOf(runs: Int32Array): Finding['bounds'] {
  let [left, right] = [Infinity, 0];
  for (let i = 0; i < runs.length; i += 3) {
    left = Math.min(left, runs[i + 1]);
    right = Math.max(right, runs[i + 2]);
  }
  const top = runs[0];
  return { x: left, y: top, width: right - left, height: runs[runs.length - 3] - top + 1 };
}
