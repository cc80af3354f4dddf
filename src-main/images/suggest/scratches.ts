import { forEachComponent } from './components.ts';
import { meanAround, topHat, type GreyPicture } from './grey.ts';
import { openByLines } from './line-opening.ts';

/** Half the width, in pixels, of the widest scratch. */
const RADIUS = 3;
/** Straight pieces that every pixel of a scratch lies on. */
const PIECES = { length: 21, least: 19, orientations: 16 } as const;
/** Grey levels by which every pixel of a scratch stands out, and by which they do on average. */
const LEAST_CONTRAST = 16;
const LEAST_MEAN_CONTRAST = 25;
/** How many times more a scratch stands out than is usual within so many pixels. */
const CONTRAST_RATIO = 3;
const SURROUNDINGS = 20;
/** Part of the pixels within a piece's reach that may stand out: more is texture. */
const DENSEST = 0.3;
/** Level that every pixel of a scratch has at least, and that they have on average: bare film, or dirt. */
const LEAST_LEVEL = 120;
const LEAST_MEAN_LEVEL = 180;
const LEAST_LENGTH = 30;
const GREATEST_WIDTH = 7;

/**
 * Thin bright lines: white top-hat, pixels that stand out from what is usual around them, straight pieces of such pixels
 * in 16 directions, joined to components that are then judged by length, width, level and contrast.
 * @returns 255 on scratches, 0 elsewhere.
 */
export function findScratches(picture: GreyPicture): GreyPicture {
  const { width, height, data } = picture;
  const relief = topHat(picture, RADIUS);
  const usual = meanAround(relief, SURROUNDINGS);
  const standsOut = new Uint8Array(width * height);
  for (let i = 0; i < standsOut.length; i++) {
    const contrast = relief.data[i];
    const isPart = data[i] >= LEAST_LEVEL && contrast >= LEAST_CONTRAST && contrast * 16 >= CONTRAST_RATIO * usual[i];
    standsOut[i] = isPart ? 255 : 0;
  }
  const candidates = { width, height, data: standsOut };
  const lines = openByLines(candidates, textureOf(candidates), PIECES);
  const scratches = new Uint8Array(width * height);
  forEachComponent(lines, ({ pixels, bounds }) => {
    const length = Math.hypot(bounds.width, bounds.height);
    if (length < LEAST_LENGTH || pixels.length > length * GREATEST_WIDTH) return;
    if (meanOf(data, pixels) < LEAST_MEAN_LEVEL || meanOf(relief.data, pixels) < LEAST_MEAN_CONTRAST) return;
    for (const i of pixels) scratches[i] = 255;
  });
  return { width, height, data: scratches };
}

/** 1 where so much stands out that a line of it means nothing. */
function textureOf(standsOut: GreyPicture): Uint8Array {
  const density = meanAround(standsOut, PIECES.length >> 1);
  const isTexture = new Uint8Array(density.length);
  for (let i = 0; i < density.length; i++) isTexture[i] = density[i] > DENSEST * 255 * 16 ? 1 : 0;
  return isTexture;
}

function meanOf(data: Uint8Array, pixels: Int32Array): number {
  let sum = 0;
  for (const i of pixels) sum += data[i];
  return sum / pixels.length;
}
