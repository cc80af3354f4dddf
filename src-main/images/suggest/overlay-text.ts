import { union, type Rect } from './geometry.ts';
import { forEachComponent } from './components.ts';
import { topHat, type GreyPicture } from './grey.ts';

/** Half the width, in pixels, of the thickest stroke at this scale. */
const RADIUS = 10;
/** Level of printed white; compression and smoothing take a little away. */
const LEAST_LEVEL = 232;
const LEAST_CONTRAST = 30;
const HEIGHTS = { least: 6, greatest: 120 } as const;
/** Part of its box that a letter fills at least: hatching fills less. */
const LEAST_FILL = 0.12;
const LEAST_GLYPHS = 4;

/** Boxes of letters that stand in a row, as multiples of their heights. */
const HEIGHT_RATIO = 1.9;
const GREATEST_GAP = 1.4;
/** Part of the narrower box that the other may overlap: slanted letters do a little, hatching does wholly. */
const GREATEST_SLANT = 0.5;
const LEAST_OVERLAP = 0.6;
/** Height of a line's box over the median of its letters: rows of text are not stairs. */
const LINE_RATIO = 2.4;

/** Levels that ink of one colour spans, and the part of the letters' pixels that must be of that colour. */
const INK_SPAN = 7;
const EVEN_PART = 0.7;

interface Glyph {
  readonly bounds: Rect;
  readonly pixels: Int32Array;
  readonly isLetter: boolean;
  /** Number of the line that it was joined to so far. */
  line: number;
}

/**
 * Printed white text: thin components of almost full level, of a letter's size, that stand in a row with others of about
 * the same height; with the dots and dashes among them.
 * @returns 255 on text, 0 elsewhere.
 */
export function findOverlayText(picture: GreyPicture): GreyPicture {
  const { width, height, data } = picture;
  const relief = topHat(picture, RADIUS);
  const strokes = new Uint8Array(width * height);
  for (let i = 0; i < strokes.length; i++) {
    strokes[i] = relief.data[i] >= LEAST_CONTRAST && data[i] >= LEAST_LEVEL ? 1 : 0;
  }
  const glyphs: Glyph[] = [];
  forEachComponent({ width, height, data: strokes }, ({ pixels, bounds }) => {
    const isLetter =
      bounds.height >= HEIGHTS.least &&
      bounds.height <= HEIGHTS.greatest &&
      bounds.width <= 2 * bounds.height &&
      pixels.length >= bounds.height &&
      pixels.length >= LEAST_FILL * bounds.width * bounds.height;
    glyphs.push({ bounds, pixels: pixels.slice(), isLetter, line: glyphs.length });
  });
  const lines = linesOf(
    glyphs.filter(({ isLetter }) => isLetter),
    picture,
  );
  const text = new Uint8Array(width * height);
  for (const { bounds, pixels } of glyphs) {
    if (!lines.some((line) => isWithin(bounds, line))) continue;
    for (const i of pixels) text[i] = 255;
  }
  return { width, height, data: text };
}

/** The boxes of the lines that the letters form. */
function linesOf(letters: Glyph[], picture: GreyPicture): Rect[] {
  letters.sort((a, b) => a.bounds.x - b.bounds.x);
  const lines = new Map<number, Glyph[]>(letters.map((letter) => [letter.line, [letter]]));
  letters.forEach((left, i) => {
    const reach = left.bounds.x + left.bounds.width + GREATEST_GAP * HEIGHT_RATIO * left.bounds.height;
    for (let k = i + 1; k < letters.length && letters[k].bounds.x <= reach; k++) {
      const right = letters[k];
      if (right.line === left.line || !areNeighbours(left.bounds, right.bounds)) continue;
      const joining = lines.get(right.line) ?? [];
      lines.delete(right.line);
      lines.get(left.line)?.push(...joining);
      for (const letter of joining) letter.line = left.line;
    }
  });
  return [...lines.values()].flatMap((line) => {
    const bounds = line.map((letter) => letter.bounds);
    const box = bounds.reduce<Rect | undefined>(union, undefined);
    const heights = bounds.map(({ height }) => height).sort((a, b) => a - b);
    const median = heights[heights.length >> 1];
    const isLine =
      line.length >= LEAST_GLYPHS &&
      box !== undefined &&
      box.height <= LINE_RATIO * median &&
      evenness(line, picture) >= EVEN_PART;
    return isLine ? [box] : [];
  });
}

/** The largest part of the letters' pixels whose levels lie within a span of 7: ink is of one colour. */
function evenness(letters: readonly Glyph[], { data }: GreyPicture): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (const { pixels } of letters) {
    for (const i of pixels) counts[data[i]]++;
    total += pixels.length;
  }
  let [most, within] = [0, 0];
  for (let level = 0; level < 256; level++) {
    within += counts[level] - (level >= INK_SPAN ? counts[level - INK_SPAN] : 0);
    if (within > most) most = within;
  }
  return most / total;
}

function areNeighbours(a: Rect, b: Rect): boolean {
  const [smaller, larger] = a.height < b.height ? [a.height, b.height] : [b.height, a.height];
  const gap = b.x - (a.x + a.width);
  const overlap = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return (
    larger <= HEIGHT_RATIO * smaller &&
    gap <= GREATEST_GAP * larger &&
    gap >= -GREATEST_SLANT * Math.min(a.width, b.width) &&
    overlap >= LEAST_OVERLAP * smaller
  );
}

/** Whether a box lies in a line's, or sticks out by no more than accents, commas and quotation marks do. */
function isWithin(box: Rect, line: Rect): boolean {
  const margin = line.height / 3;
  return (
    box.x >= line.x - line.height &&
    box.x + box.width <= line.x + line.width + line.height &&
    box.y >= line.y - margin &&
    box.y + box.height <= line.y + line.height + margin
  );
}
