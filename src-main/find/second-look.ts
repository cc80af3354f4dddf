import { DAMAGE_KINDS, type DamageKind, type DamageMaps } from '../contract/find.ts';
import type { Picture } from '../tensor/picture.ts';
import { bitmapOf, dilated, type Bitmap } from './findings/bitmap.ts';
import { forEachComponent, type Component } from './findings/components.ts';
import { codeOfLogit, codeOfProbability, logitOfCode } from './findings/logit-codes.ts';
import { readPlanes } from './picture-reader.ts';

/** How a marked place looks as a whole, beside what is around it; tones on 0…255. */
export interface Look {
  /** Mean logit of its pixels. */
  readonly certainty: number;
  /** How much lighter it is than its surroundings. */
  readonly contrast: number;
  readonly tone: number;
  /** Standard deviations of luma inside and around. */
  readonly texture: number;
  readonly textureAround: number;
}

/**
 * Log odds that a place is damage by its looks: logistic regression over 1,222 places that the detector's first version
 * was nearly sure of, on 60 photographs with drawn damage and 81 without (all of them of the training set), weighted by
 * the square root of their area. `training/damage/looks.py` is the method; its maps differ a little from those of this fit, and
 * it comes to 1,216 places and nearly the same (certainty .90, contrast −.010, tone .011, bias −4.83).
 */
const WEIGHTS: Look = { certainty: 0.8848, contrast: -0.0095, tone: 0.0101, texture: -0.0084, textureAround: 0.0103 };
const BIAS = -4.771;

/**
 * Least log odds of a place that stays certain. On all scans with cracks the least of a real one was −1. Specks are too
 * small to have looks, and losses and text too large.
 */
const LEAST: Readonly<Partial<Record<DamageKind, number>>> = { line: -1, crack: -1.3 };

/** Surroundings: from 2 to 6 pixels away, and not suspicious themselves … */
const [NEAR, FAR] = [2, 6];
/** … or, where there are fewer such pixels than this, all from 1 to 8 pixels away. */
const LEAST_AROUND = 8;
const [NEARER, FARTHER] = [1, 8];
/** Only places of at least so many pixels, so sure somewhere, can become findings at middling sensitivities. */
const LEAST_PIXELS = 8;
const LEAST_SURE = codeOfLogit(2.5);
/** Logit above which a doubtful place cannot be: only high sensitivities still show it. */
const MOST_SURE = codeOfLogit(1);
/** Rows of the picture that are read at once. */
const STRIP = 64;

/**
 * Makes doubtful the lines and cracks that look, as a whole, more like a part of the scene: the network sees every pixel by
 * itself, and is fooled by twigs, highlights and seams whose tone and texture beside their surroundings are not those of
 * damage. In how dark a place it lies, and how quiet it is, decides how sure the network has to be.
 *
 * Measured with the detector's first version (docs/find.md): half is marked on undamaged photographs, and a third on
 * uncracked old ones; real cracks lose nothing.
 *
 * @param picture    as displayed.
 * @param maps       changed in place.
 * @param reduction  of the maps.
 */
export function doubtByLooks(picture: Picture, maps: DamageMaps, reduction: number, isNegative: boolean): void {
  const { surface, kinds, width, height } = maps;
  const doubtful: Int32Array[] = [];
  forEachComponent(surface, width, height, codeOfProbability(0.5), (component) => {
    const { pixels } = component;
    if (pixels.length < LEAST_PIXELS || !pixels.some((i) => surface[i] >= LEAST_SURE)) return;
    const least = LEAST[kindOf(pixels, kinds)];
    if (least === undefined) return;
    const look = lookOf(picture, maps, reduction, isNegative, component);
    if (look !== undefined && oddsOf(look) < least) doubtful.push(pixels.slice());
  });
  // At the end, so that no place is judged by surroundings that became doubtful before it.
  for (const pixels of doubtful) for (const i of pixels) surface[i] = Math.min(MOST_SURE, surface[i]);
}

/** @returns log odds that it is damage. */
export function oddsOf(look: Look): number {
  const names = Object.keys(WEIGHTS) as (keyof Look)[];
  return names.reduce((sum, name) => sum + WEIGHTS[name] * look[name], BIAS);
}

function kindOf(pixels: Int32Array, kinds: Uint8Array): DamageKind {
  const votes = new Int32Array(DAMAGE_KINDS.length);
  for (const i of pixels) votes[kinds[i] & 15]++;
  return DAMAGE_KINDS[votes.indexOf(Math.max(...votes))];
}

/** @returns undefined where nothing is around. */
function lookOf(
  picture: Picture,
  { surface, width, height }: DamageMaps,
  reduction: number,
  isNegative: boolean,
  { pixels, bounds }: Component,
): Look | undefined {
  const place = bitmapOf(pixels, bounds, FARTHER, width, height);
  const around = ringOf(place, NEAR, FAR);
  const { bounds: inner } = place;
  for (let y = 0, at = 0; y < inner.height; y++) {
    const row = (inner.y + y) * width + inner.x;
    for (let x = 0; x < inner.width; x++, at++) if (logitOfCode(surface[row + x]) >= 0) around.data[at] = 0;
  }
  const isEnough = around.data.reduce((sum, value) => sum + value, 0) >= LEAST_AROUND;
  const ring = isEnough ? around : ringOf(place, NEARER, FARTHER);
  const [own, other] = tonesOf(picture, reduction, isNegative, [place, ring]);
  if (other.count === 0) return undefined;
  return {
    certainty: pixels.reduce((sum, i) => sum + logitOfCode(surface[i]), 0) / pixels.length,
    contrast: lumaOf(own) - lumaOf(other),
    tone: lumaOf(own),
    texture: deviationOf(own),
    textureAround: deviationOf(other),
  };
}

function ringOf(place: Bitmap, from: number, to: number): Bitmap {
  const inner = dilated(place, from).data;
  const { bounds, data } = dilated(place, to);
  return { bounds, data: data.map((value, i) => (inner[i] === 0 ? value : 0)) };
}

/** Sums over some pixels of a picture, luma on 0…255. */
interface Tones {
  count: number;
  luma: number;
  squares: number;
}

const lumaOf = ({ luma, count }: Tones): number => luma / count;
const deviationOf = ({ luma, squares, count }: Tones): number =>
  Math.sqrt(Math.max(0, squares / count - (luma / count) ** 2));

/** @param places  of equal bounds. */
function tonesOf(picture: Picture, reduction: number, isNegative: boolean, places: readonly Bitmap[]): Tones[] {
  const tones = places.map((): Tones => ({ count: 0, luma: 0, squares: 0 }));
  const { x, y, width, height } = places[0].bounds;
  for (let top = 0; top < height; top += STRIP) {
    const rect = { x, y: y + top, width, height: Math.min(STRIP, height - top) };
    const plane = rect.width * rect.height;
    const planes = new Float32Array(3 * plane);
    readPlanes(picture, reduction, rect, { isNegative, mirrored: false }, planes);
    for (const [k, { data }] of places.entries()) {
      const sum = tones[k];
      for (let i = 0; i < plane; i++) {
        if (data[top * width + i] === 0) continue;
        const luma = 127.5 * (1 + 0.299 * planes[i] + 0.587 * planes[plane + i] + 0.114 * planes[2 * plane + i]);
        sum.count++;
        sum.luma += luma;
        sum.squares += luma * luma;
      }
    }
  }
  return tones;
}
