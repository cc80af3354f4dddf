import type { DamageMaps } from '../contract/find.ts';
import type { Picture } from '../tensor/picture.ts';
import { codeOfLogit } from './findings/logit-codes.ts';
import { readPlanes } from './picture-reader.ts';

/** Radii of the spots that are looked for, pixels of the maps. */
const RADII = [1, 1.5, 2, 2.5, 3];
/** The ring beside a spot begins and ends this far from its edge: its soft border is in neither. */
const [RING_FROM, RING_TO] = [2, 3.2];
/** Least difference between a spot's darkest pixel and its ring's lightest, of 255: of a speck, and of anything like one. */
const STRONG = 36;
const WEAK = 12;
/** Dust on a scan is nearly as light as paper, and has hardly a colour; of 255. */
const LEAST_TONE = 165;
const MOST_COLOUR = 42;
/** Where fewer of all spots than this are specks, they are a part of the scene, which has them in all strengths. */
const LEAST_SHARE = 0.5;
/** Neighbourhoods in which that is counted: 5 × 5 cells of so many pixels. */
const CELL = 128;
/** Centres nearer than this are one spot. */
const APART = 4;
const SPECK_KIND = 1;
const CERTAIN = codeOfLogit(7.5);
/** Rows that are read at once, and rows around them that a spot and its ring need. */
const STRIP = 128;
const MARGIN = 7;

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly score: number;
  /** What is lighter belongs to the spot and its soft border, of 255. */
  readonly threshold: number;
  readonly isSpeck: boolean;
}

/** A spot with all its middles: whatever the direction in which a picture is read, they are the same. */
interface LargestSpot extends Spot {
  readonly centres: { readonly x: number; readonly y: number }[];
}

interface Offset {
  readonly dx: number;
  readonly dy: number;
}

/** Pixels of a spot and of its ring, by radius. */
const SHAPES = RADII.map((radius) => ({
  radius,
  inside: offsets(0, radius),
  ring: offsets(radius + RING_FROM, radius + RING_TO),
}));

function offsets(from: number, to: number): Offset[] {
  const reach = Math.ceil(to);
  const out: Offset[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const square = dx * dx + dy * dy;
      if (square >= from * from && square <= to * to) out.push({ dx, dy });
    }
  }
  return out;
}

/**
 * Marks small round spots of bare paper: a spot all of whose pixels are lighter than all of those around it, without colour, in
 * a neighbourhood whose other spots are mostly such. The network does not know them: where it learnt, scanners had made
 * all damage soft. A scene that sparkles (stars, lamps, wet leaves) has spots of all strengths, and keeps them.
 *
 * Measured (docs/find.md): the dust of the sample portrait but a pair that touches, two lamps of 15 undamaged photographs, nothing on
 * old scans.
 *
 * @param picture    as displayed, 8 or 16 bits.
 * @param maps       of the picture at `reduction`; `surface` (codes of logits) and `kinds` are changed in place.
 * @param reduction  of the maps.
 */
export function markCrispSpecks(picture: Picture, maps: DamageMaps, reduction: number, isNegative: boolean): void {
  const { width, height } = maps;
  const spots: Spot[] = [];
  const strips: { top: number; luma: Uint8Array }[] = [];
  for (let top = 0; top < height; top += STRIP) {
    const rows = Math.min(STRIP, height - top);
    const strip = readStrip(picture, maps, reduction, isNegative, top - MARGIN, rows + 2 * MARGIN);
    findSpots(strip, width, top, rows, spots);
    strips.push({ top, luma: strip.luma });
  }
  const apart = strongest(spots);
  const share = shareOfSpecks(apart);
  for (const spot of apart) {
    if (!spot.isSpeck || share(spot) < LEAST_SHARE) continue;
    const { top, luma } = strips[Math.floor(spot.y / STRIP)];
    for (const centre of spot.centres) mark({ ...spot, ...centre }, luma, top - MARGIN, maps);
  }
}

/** Rows of the picture with a black border at both sides. */
interface Strip {
  /** Luma of 255, rows × (width + 2 MARGIN). */
  readonly luma: Uint8Array;
  /** The darkest of the three colours and their range, of 255. */
  readonly least: Uint8Array;
  readonly range: Uint8Array;
}

function readStrip(
  picture: Picture,
  { width, height }: DamageMaps,
  reduction: number,
  isNegative: boolean,
  top: number,
  rows: number,
): Strip {
  const padded = width + 2 * MARGIN;
  const plane = rows * padded;
  const strip = { luma: new Uint8Array(plane), least: new Uint8Array(plane), range: new Uint8Array(plane) };
  const from = Math.max(0, top);
  const to = Math.min(height, top + rows);
  const planes = new Float32Array(3 * (to - from) * width);
  const rect = { x: 0, y: from, width, height: to - from };
  readPlanes(picture, reduction, rect, { isNegative, mirrored: false }, planes);
  const size = rect.height * width;
  for (let i = 0, y = from - top; y < to - top; y++) {
    for (let x = 0, at = y * padded + MARGIN; x < width; x++, i++, at++) {
      const [r, g, b] = [planes[i], planes[size + i], planes[2 * size + i]];
      const least = Math.min(r, g, b);
      strip.luma[at] = 127.5 * (1 + 0.299 * r + 0.587 * g + 0.114 * b) + 0.5;
      strip.least[at] = 127.5 * (1 + least) + 0.5;
      strip.range[at] = 127.5 * (Math.max(r, g, b) - least) + 0.5;
    }
  }
  return strip;
}

/** Every pixel that could be the middle of a spot. */
function findSpots(strip: Strip, width: number, top: number, rows: number, spots: Spot[]): void {
  const { luma, least, range } = strip;
  const padded = width + 2 * MARGIN;
  const shapes = SHAPES.map(({ radius, inside, ring }) => ({
    radius,
    inside: Int32Array.from(inside, ({ dx, dy }) => dy * padded + dx),
    ring: Int32Array.from(ring, ({ dx, dy }) => dy * padded + dx),
  }));
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + MARGIN) * padded + x + MARGIN;
      const limit = luma[at] - WEAK;
      if (limit < 0 || (isLighterBeside(luma, at, padded, 4, limit) && isLighterBeside(luma, at, padded, 5, limit)))
        continue;
      let best = 0;
      let bestRing = 0;
      let bestShape = shapes[0];
      for (const shape of shapes) {
        const ring = lightest(luma, at, shape.ring, limit);
        if (ring < 0) continue;
        const score = darkest(luma, at, shape.inside) - ring;
        if (score > best) [best, bestRing, bestShape] = [score, ring, shape];
      }
      if (best < WEAK) continue;
      const isPaper = best >= STRONG && mean(least, at, bestShape.inside) >= LEAST_TONE;
      spots.push({
        ...{ x, y: top + y, radius: bestShape.radius, score: best, threshold: bestRing + best / 4 },
        isSpeck: isPaper && mean(range, at, bestShape.inside) <= MOST_COLOUR,
      });
    }
  }
}

/** One of the four pixels at this distance on the axes is above `limit`. Every ring has those at 4 or those at 5: most pixels need no more. */
function isLighterBeside(luma: Uint8Array, at: number, width: number, distance: number, limit: number): boolean {
  const across = distance * width;
  return (
    luma[at - distance] > limit || luma[at + distance] > limit || luma[at - across] > limit || luma[at + across] > limit
  );
}

/** The largest value around a pixel; −1 as soon as one is above `limit`. */
function lightest(values: Uint8Array, at: number, around: Int32Array, limit: number): number {
  let most = 0;
  for (const offset of around) {
    const value = values[at + offset];
    if (value > limit) return -1;
    if (value > most) most = value;
  }
  return most;
}

function darkest(values: Uint8Array, at: number, around: Int32Array): number {
  let least = 255;
  for (const offset of around) if (values[at + offset] < least) least = values[at + offset];
  return least;
}

function mean(values: Uint8Array, at: number, around: Int32Array): number {
  let sum = 0;
  for (const offset of around) sum += values[at + offset];
  return sum / around.length;
}

/** Of the pixels of one spot those of the largest score, as one. */
function strongest(spots: readonly Spot[]): LargestSpot[] {
  const taken = new Map<string, LargestSpot[]>();
  const kept: LargestSpot[] = [];
  for (const spot of spots.toSorted((a, b) => b.score - a.score)) {
    const [column, row] = [Math.floor(spot.x / APART), Math.floor(spot.y / APART)];
    const near = [-1, 0, 1].flatMap((j) => [-1, 0, 1].flatMap((i) => taken.get(`${column + i} ${row + j}`) ?? []));
    const owner = near.find(({ x, y }) => Math.hypot(x - spot.x, y - spot.y) < APART);
    if (owner !== undefined) {
      if (owner.score === spot.score) owner.centres.push({ x: spot.x, y: spot.y });
      continue;
    }
    const own = { ...spot, centres: [{ x: spot.x, y: spot.y }] };
    const key = `${column} ${row}`;
    taken.set(key, [...(taken.get(key) ?? []), own]);
    kept.push(own);
  }
  return kept;
}

/** Part of the spots in the neighbourhood of one that are specks. */
function shareOfSpecks(spots: readonly Spot[]): (spot: Spot) => number {
  const cells = new Map<string, { all: number; specks: number }>();
  const cellOf = ({ x, y }: Spot): [number, number] => [Math.floor(x / CELL), Math.floor(y / CELL)];
  for (const spot of spots) {
    const key = cellOf(spot).join(' ');
    const cell = cells.get(key) ?? { all: 0, specks: 0 };
    cells.set(key, { all: cell.all + 1, specks: cell.specks + (spot.isSpeck ? 1 : 0) });
  }
  return (spot) => {
    const [column, row] = cellOf(spot);
    let [all, specks] = [0, 0];
    for (let j = -2; j <= 2; j++) {
      for (let i = -2; i <= 2; i++) {
        const cell = cells.get(`${column + i} ${row + j}`);
        all += cell?.all ?? 0;
        specks += cell?.specks ?? 0;
      }
    }
    return specks / all;
  };
}

/** The pixels of a spot, and those of its soft border that are lighter than what is around. */
function mark({ x, y, radius, threshold }: Spot, luma: Uint8Array, top: number, maps: DamageMaps): void {
  const padded = maps.width + 2 * MARGIN;
  for (const { dx, dy } of offsets(0, radius + RING_FROM)) {
    const [column, row] = [x + dx, y + dy];
    if (column < 0 || row < 0 || column >= maps.width || row >= maps.height) continue;
    const isSoft = dx * dx + dy * dy > (radius + 1) ** 2;
    if (isSoft && luma[(row - top) * padded + column + MARGIN] < threshold) continue;
    const at = row * maps.width + column;
    if (maps.surface[at] >= CERTAIN) continue;
    maps.surface[at] = CERTAIN;
    maps.kinds[at] = (maps.kinds[at] & 0xf0) | SPECK_KIND;
  }
}
