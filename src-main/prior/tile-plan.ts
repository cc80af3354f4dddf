/** How a picture is cut into overlapping tiles, and with which weights they are joined again. */
export interface TilePlan {
  readonly tiles: readonly Tile[];
  /** Weight of what no tile of the plan covers, one value a pixel; undefined where the tiles cover everything. */
  readonly uncovered: Float32Array | undefined;
}

/** The crop [top, top + height) × [left, left + width), and its weights, which factor into rows and columns. */
export interface Tile {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly rowWeights: Float32Array;
  readonly columnWeights: Float32Array;
}

/** Pixels that matter, 1 byte a pixel, row by row: non-zero = wanted. */
export interface ActiveMask {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

export interface TileOptions {
  /** Most pixels in one tile, halo included. */
  readonly tilePixels: number;
  /** Margin of a tile, in pixels, that is computed and thrown away, except at the edge of the picture. */
  readonly halo: number;
  /** Width in pixels over which neighbouring tiles fade into each other, at least. */
  readonly blend: number;
}

/** One tile's extent and weights along one axis. */
interface Span {
  readonly start: number;
  readonly length: number;
  /** Where the weights are positive, relative to the picture. */
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
}

/** Tile sides that are tried, besides the whole picture's. */
const candidateSides = [192, 256, 320, 384, 512, 576, 768, 1024];
/** Tried besides them where none of them is allowed. */
const smallSides = [16, 24, 32, 48, 64, 96, 128];

/**
 * Covers a picture with tiles whose offsets are multiples of `stride`, such that the weights of all tiles sum to 1 in
 * every pixel. Of all tile heights and widths within `tilePixels` it takes those that need the fewest pixels in all;
 * with `active`, only the tiles count and appear whose positive weights touch an active pixel.
 */
export function planTiles(
  height: number,
  width: number,
  stride: number,
  { tilePixels, halo, blend }: TileOptions,
  active?: ActiveMask,
): TilePlan {
  const margin = Math.ceil(halo / stride) * stride;
  const blocks = active === undefined ? undefined : activeBlocks(active, stride);
  const sides = (n: number): number[] => {
    const tried = tilePixels < candidateSides[0] ** 2 ? [...smallSides, ...candidateSides] : candidateSides;
    const fitting = tried.map((side) => Math.ceil(side / stride) * stride);
    return [...fitting.filter((side) => side < n && side >= 2 * margin + blend + stride), n];
  };
  const spans = (n: number): Span[][] => sides(n).map((side) => cutAxis(n, side, stride, margin, blend));
  let best: { rows: Span[]; columns: Span[]; cost: number } | undefined;
  for (const rows of spans(height)) {
    for (const columns of spans(width)) {
      const pixels = rows[0].length * columns[0].length;
      if (best !== undefined && pixels > tilePixels) continue;
      let count = 0;
      for (const row of rows) for (const column of columns) if (blocks === undefined || blocks(row, column)) count++;
      const cost = count * pixels;
      if (best === undefined || cost < best.cost) best = { rows, columns, cost };
    }
  }
  if (best === undefined) return { tiles: [], uncovered: undefined };

  const tiles: Tile[] = [];
  let uncovered: Float32Array | undefined;
  for (const row of best.rows) {
    for (const column of best.columns) {
      if (blocks === undefined || blocks(row, column)) {
        tiles.push({
          top: row.start,
          left: column.start,
          height: row.length,
          width: column.length,
          rowWeights: row.weights,
          columnWeights: column.weights,
        });
      } else {
        uncovered ??= new Float32Array(height * width);
        for (let i = row.from; i < row.to; i++) {
          const weight = row.weights[i - row.start];
          for (let j = column.from; j < column.to; j++) {
            uncovered[i * width + j] += weight * column.weights[j - column.start];
          }
        }
      }
    }
  }
  return { tiles, uncovered };
}

/**
 * Covers a picture with tiles of exactly `size`, whose neighbours overlap by a quarter of it: half of that is thrown away,
 * the other half is where they fade into each other. A side of the picture that is smaller is covered by one tile.
 */
export function planFixedTiles(
  height: number,
  width: number,
  [tileHeight, tileWidth]: readonly [number, number],
): TilePlan {
  const spans = (n: number, side: number): Span[] =>
    cutAxis(n, side, 1, Math.floor(side / 16), Math.max(1, Math.floor(side / 8)));
  const columns = spans(width, tileWidth);
  const tiles = spans(height, tileHeight).flatMap((row) =>
    columns.map((column): Tile => ({
      top: row.start,
      left: column.start,
      height: row.length,
      width: column.length,
      rowWeights: row.weights,
      columnWeights: column.weights,
    })),
  );
  return { tiles, uncovered: undefined };
}

/**
 * Tiles of `side` pixels along an axis of n: starts on multiples of the stride, spread evenly; the last one ends with
 * the picture (it is up to stride − 1 pixels shorter). Neighbours overlap by 2·margin + blend or more.
 */
function cutAxis(n: number, side: number, stride: number, margin: number, blend: number): Span[] {
  if (side >= n) return [{ start: 0, length: n, from: 0, to: n, weights: new Float32Array(n).fill(1) }];
  const padded = Math.ceil(n / stride) * stride;
  const step = Math.max(stride, Math.floor((side - 2 * margin - blend) / stride) * stride);
  const count = Math.ceil((padded - side) / step) + 1;
  const last = (padded - side) / stride;
  const spans = Array.from({ length: count }, (_, i): Span => {
    const start = stride * Math.round((i * last) / (count - 1));
    const length = Math.min(side, n - start);
    return {
      start,
      length,
      from: i === 0 ? 0 : start + margin,
      to: i === count - 1 ? n : start + side - margin,
      weights: new Float32Array(length),
    };
  });
  const bump = ({ from, to }: Span, p: number): number => {
    if (p < from || p >= to) return 0;
    const up = from === 0 ? 1 : smoothStep((p - from + 1) / (blend + 1));
    const down = to === n ? 1 : smoothStep((to - p) / (blend + 1));
    return up * down;
  };
  for (let p = 0; p < n; p++) {
    const total = spans.reduce((sum, span) => sum + bump(span, p), 0);
    for (const span of spans) {
      const k = p - span.start;
      if (k >= 0 && k < span.length) span.weights[k] = bump(span, p) / total;
    }
  }
  return spans;
}

/** 3u² − 2u³ on [0, 1]. */
function smoothStep(u: number): number {
  const v = Math.min(1, u);
  return v * v * (3 - 2 * v);
}

/** A test for active pixels in [rows.from, rows.to) × [columns.from, columns.to), by a summed-area table of blocks. */
function activeBlocks({ height, width, data }: ActiveMask, stride: number): (rows: Span, columns: Span) => boolean {
  const down = Math.ceil(height / stride);
  const across = Math.ceil(width / stride);
  const occupied = new Uint8Array(down * across);
  for (let i = 0; i < height; i++) {
    const row = Math.floor(i / stride) * across;
    for (let j = 0; j < width; j++) if (data[i * width + j] !== 0) occupied[row + Math.floor(j / stride)] = 1;
  }
  const sums = new Uint32Array((down + 1) * (across + 1));
  const at = (i: number, j: number): number => i * (across + 1) + j;
  for (let i = 0; i < down; i++) {
    for (let j = 0; j < across; j++) {
      sums[at(i + 1, j + 1)] = occupied[i * across + j] + sums[at(i, j + 1)] + sums[at(i + 1, j)] - sums[at(i, j)];
    }
  }
  // `from` and `to` are multiples of the stride, except at the end of the picture.
  return (rows, columns) => {
    const [top, bottom] = [rows.from / stride, Math.ceil(rows.to / stride)];
    const [left, right] = [columns.from / stride, Math.ceil(columns.to / stride)];
    return sums[at(bottom, right)] - sums[at(top, right)] - sums[at(bottom, left)] + sums[at(top, left)] > 0;
  };
}
