import type { Finding } from '../../contract/find.ts';

/** 8-bit pixels as displayed: RGBA, row by row. */
export interface ShownPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What is asked about: rows of pixels (see `Finding.runs`) and the block that holds them. */
export interface MarkedPlace {
  readonly runs: Int32Array;
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Side of a face-sized square as a part of the picture's shorter side: heads of a family group are about this wide. */
const FACE_PART = 1 / 6;
/** Part of a face-sized square that may be marked without asking. */
const MOST_MARKED = 0.1;
/** An eye or a mouth is about this part of a face's width, and up to all of it with what lies around. */
const FEATURE_PARTS = [1 / 16, 0.6] as const;
/** Marked places that are darker than their surroundings by this may be features; luma, 0 … 255. */
const DARKER = 24;
/** Part of the surroundings that has to look like skin. */
const SKIN_PART = 0.65;
/** Largest mean difference of neighbouring pixels of smooth skin, luma. */
const MOST_ROUGH = 9;

/**
 * Whether people should look at a place before it is filled, because it may cover a part of a face. There is no face
 * detector here: a place is doubtful where its surroundings are smooth and of the tone of skin and where it is either as
 * large as an eye or a mouth and darker than what is around, or covers more than a tenth of a face-sized square (a sixth
 * of the picture's shorter side). Skin is told by chroma in colour pictures (Chai & Ngan, 1999, "Face segmentation using
 * skin-color map": 77 ≤ Cb ≤ 127, 133 ≤ Cr ≤ 173). In grey and toned ones, whose chroma says nothing, it is told by tones
 * that are no darker than the picture's mean, where walls and skies pass for skin as well: it asks too often rather than
 * too seldom.
 */
export function mayCoverFace(picture: ShownPicture, place: MarkedPlace): boolean {
  const tones = tonesOf(picture);
  const face = Math.min(picture.width, picture.height) * FACE_PART;
  const { bounds } = place;
  const side = Math.max(bounds.width, bounds.height);
  const isOfFeatureSize = side >= face * FEATURE_PARTS[0] && side <= face * FEATURE_PARTS[1];
  if (isOfFeatureSize) {
    const around = surroundings(picture, tones, place, bounds, Math.ceil(face / 6));
    if (around.isSkin && around.luma - meanLuma(picture, tones, place) >= DARKER) return true;
  }
  return coversFaceSized(picture, tones, place, face);
}

/** Findings that may cover a part of a face, in words, for hosts that cannot ask. */
export function cautionNotices(findings: readonly Finding[], doubtful: readonly number[]): string[] {
  const ids = new Set(doubtful);
  return findings
    .filter(({ id }) => ids.has(id))
    .map(
      ({ kind, bounds }) =>
        `A ${kind} at ${bounds.x}, ${bounds.y} (${bounds.width} × ${bounds.height} pixels) may cover a part of a face: ` +
        'what is filled in there is invented. Look at it, or mark less with another sensitivity or fewer kinds.',
    );
}

/** Whether a face-sized square along the place is covered for more than a tenth, and is skin otherwise. */
function coversFaceSized(picture: ShownPicture, tones: Tones, place: MarkedPlace, face: number): boolean {
  const step = Math.max(1, Math.floor(face / 2));
  const covered = new Map<string, number>();
  const { runs } = place;
  // Squares overlap by half: each pixel counts for the four around it.
  for (let i = 0; i < runs.length; i += 3) {
    const row = Math.floor(runs[i] / step);
    for (let x = runs[i + 1]; x < runs[i + 2];) {
      const column = Math.floor(x / step);
      const end = Math.min(runs[i + 2], (column + 1) * step);
      for (const r of [row - 1, row]) {
        for (const c of [column - 1, column]) {
          covered.set(`${c} ${r}`, (covered.get(`${c} ${r}`) ?? 0) + end - x);
        }
      }
      x = end;
    }
  }
  for (const [key, count] of covered) {
    if (count <= MOST_MARKED * 4 * step * step) continue;
    const [column, row] = key.split(' ').map(Number);
    const square = { x: column * step, y: row * step, width: 2 * step, height: 2 * step };
    if (surroundings(picture, tones, place, square, 0).isSkin) return true;
  }
  return false;
}

interface Surroundings {
  readonly isSkin: boolean;
  /** Mean of the unmarked pixels. */
  readonly luma: number;
}

/** What lies in a block with a margin, the place itself left out. */
function surroundings(
  picture: ShownPicture,
  tones: Tones,
  { runs, bounds: own }: MarkedPlace,
  block: MarkedPlace['bounds'],
  margin: number,
): Surroundings {
  const { width, height } = picture;
  const left = Math.max(0, block.x - margin);
  const top = Math.max(0, block.y - margin);
  const right = Math.min(width, block.x + block.width + margin);
  const bottom = Math.min(height, block.y + block.height + margin);
  if (right <= left || bottom <= top) return { isSkin: false, luma: 0 };
  const isMarked = new Uint8Array((right - left) * (bottom - top));
  for (let i = firstRow(runs, own.y, top); i < runs.length && runs[i] < bottom; i += 3) {
    if (runs[i] < top) continue;
    const start = (runs[i] - top) * (right - left) - left;
    const [from, to] = [Math.max(left, runs[i + 1]), Math.min(right, runs[i + 2])];
    if (from < to) isMarked.fill(1, start + from, start + to);
  }
  let [count, skin, luma, rough, pairs] = [0, 0, 0, 0, 0];
  for (let y = top, at = 0; y < bottom; y++) {
    let before = -1;
    for (let x = left; x < right; x++, at++) {
      if (isMarked[at] === 1) {
        before = -1;
        continue;
      }
      const tone = toneAt(picture, tones, x, y);
      count++;
      luma += tone.luma;
      if (tone.isSkin) skin++;
      if (before >= 0) {
        rough += Math.abs(tone.luma - before);
        pairs++;
      }
      before = tone.luma;
    }
  }
  if (count === 0) return { isSkin: false, luma: 0 };
  const isSmooth = pairs === 0 || rough / pairs <= MOST_ROUGH;
  return { isSkin: isSmooth && skin / count >= SKIN_PART, luma: luma / count };
}

function firstRow(runs: Int32Array, first: number, top: number): number {
  if (top <= first) return 0;
  let [low, high] = [0, runs.length / 3];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle * 3] < top) low = middle + 1;
    else high = middle;
  }
  return low * 3;
}

function meanLuma(picture: ShownPicture, tones: Tones, { runs }: MarkedPlace): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < runs.length; i += 3) {
    for (let x = runs[i + 1]; x < runs[i + 2]; x++) {
      sum += toneAt(picture, tones, x, runs[i]).luma;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** What the whole picture says of its tones. */
interface Tones {
  /** Grey, or one warm colour throughout, such as sepia. */
  readonly isToned: boolean;
  /** Mean luma, 0 … 255. */
  readonly mean: number;
}

/** Standard deviation of Cb and Cr together below which a picture has one colour. */
const ONE_COLOUR = 6;
/** Pixels that are looked at for it. */
const SAMPLES = 20_000;
const knownTones = new WeakMap<ShownPicture['data'], Tones>();

function tonesOf({ data }: ShownPicture): Tones {
  const known = knownTones.get(data);
  if (known !== undefined) return known;
  const step = Math.max(1, Math.floor(data.length / 4 / SAMPLES)) * 4;
  let [count, luma, cb, cr, squares] = [0, 0, 0, 0, 0];
  for (let at = 0; at < data.length; at += step) {
    const tone = toneOf(data, at);
    count++;
    luma += tone.luma;
    cb += tone.cb;
    cr += tone.cr;
    squares += tone.cb * tone.cb + tone.cr * tone.cr;
  }
  const variance = squares / count - (cb / count) ** 2 - (cr / count) ** 2;
  // Grey, sepia and faded prints; not what is all blue or green.
  const isWarm = cb / count <= 130 && cr / count >= 126;
  const tones = { isToned: isWarm && Math.sqrt(Math.max(0, variance)) < ONE_COLOUR, mean: luma / count };
  knownTones.set(data, tones);
  return tones;
}

/** Luma and whether the pixel has a tone of skin. */
function toneAt({ width, data }: ShownPicture, tones: Tones, x: number, y: number): { luma: number; isSkin: boolean } {
  const { luma, cb, cr } = toneOf(data, (y * width + x) * 4);
  if (luma < 70 || luma > 235) return { luma, isSkin: false };
  const isSkin = tones.isToned ? luma >= tones.mean - 2 : cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173;
  return { luma, isSkin };
}

/** ITU-R BT.601. */
function toneOf(data: ShownPicture['data'], at: number): { luma: number; cb: number; cr: number } {
  const luma = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  return { luma, cb: 128 + 0.564 * (data[at + 2] - luma), cr: 128 + 0.713 * (data[at] - luma) };
}
