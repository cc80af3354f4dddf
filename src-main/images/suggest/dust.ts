import { forEachComponent, type Component } from './components.ts';
import { atLeast, topHat, type GreyPicture } from './grey.ts';

/** Half the width, in pixels, of the largest speck. */
const RADIUS = 7;
/** Levels of contrast at which specks are told from what they touch: faint ones on even ground, strong ones anywhere. */
const CONTRASTS = [24, 48, 96];
const LEAST_AREA = 4;
/** Part of its box that a speck fills: lines and corners of things fill less. */
const LEAST_FILL = 0.45;
/** Longer side over shorter. */
const GREATEST_RATIO = 2.5;
/** Pixels between a speck's box and the frame that it is compared with, and the frame's width. */
const GAP = 2;
const FRAME = 3;
/** How many standard deviations of the frame the speck is above the frame's mean: less may be texture. */
const LEAST_DEVIATIONS = 3;
/** Level that a speck has on average: bare film, or dirt. */
const LEAST_MEAN_LEVEL = 170;

/**
 * Small bright specks: white top-hat, compact components at several contrasts, and surroundings so even that the speck
 * cannot be part of them.
 * @returns 255 on specks, 0 elsewhere.
 */
export function findDust(picture: GreyPicture): GreyPicture {
  const { width, height, data } = picture;
  const relief = topHat(picture, RADIUS);
  const specks = new Uint8Array(width * height);
  for (const contrast of CONTRASTS) {
    forEachComponent(atLeast(relief, contrast), (component) => {
      if (!isCompact(component)) return;
      const { pixels } = component;
      const mean = pixels.reduce((sum, i) => sum + data[i], 0) / pixels.length;
      if (mean < LEAST_MEAN_LEVEL) return;
      const frame = frameAround(picture, component);
      if (mean - frame.mean < Math.max(contrast, LEAST_DEVIATIONS * frame.deviation)) return;
      for (const i of pixels) specks[i] = 255;
    });
  }
  return { width, height, data: specks };
}

function isCompact({ pixels, bounds }: Component): boolean {
  const longer = Math.max(bounds.width, bounds.height);
  const shorter = Math.min(bounds.width, bounds.height);
  return (
    pixels.length >= LEAST_AREA &&
    longer <= 2 * RADIUS + 1 &&
    longer <= GREATEST_RATIO * shorter &&
    pixels.length >= LEAST_FILL * bounds.width * bounds.height
  );
}

/** Mean and standard deviation of the levels in a frame around the component's box. */
function frameAround({ width, height, data }: GreyPicture, { bounds }: Component): { mean: number; deviation: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  const outer = GAP + FRAME;
  const right = bounds.x + bounds.width;
  const bottom = bounds.y + bounds.height;
  for (let y = Math.max(0, bounds.y - outer); y < Math.min(height, bottom + outer); y++) {
    const isBeside = y >= bounds.y - GAP && y < bottom + GAP;
    for (let x = Math.max(0, bounds.x - outer); x < Math.min(width, right + outer); x++) {
      if (isBeside && x >= bounds.x - GAP && x < right + GAP) continue;
      const value = data[y * width + x];
      count++;
      sum += value;
      squares += value * value;
    }
  }
  // A picture no larger than the speck has nothing to compare it with.
  if (count === 0) return { mean: 255, deviation: 0 };
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
