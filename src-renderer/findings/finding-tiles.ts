import { intersection, type Rect, type Size } from '../canvas/geometry.ts';
import type { OverlayTile, SurfaceAdapter } from '../canvas/overlay-tiles.ts';
import type { Finding } from './finding.ts';
import { firstOfRow } from './runs.ts';

/** Side of a tile, pixels. */
const SIDE = 512;

/** The pixels of some findings as white surfaces, one for each tile that has any; made when they are first seen. */
export class FindingTiles<Surface> {
  readonly #adapter: SurfaceAdapter<Surface>;
  readonly #size: Size;
  readonly #findings = new Map<string, Finding[]>();
  readonly #surfaces = new Map<string, Surface>();

  constructor(findings: readonly Finding[], size: Size, adapter: SurfaceAdapter<Surface>) {
    this.#adapter = adapter;
    this.#size = size;
    for (const finding of findings) {
      for (const key of keysIn(finding.bounds)) {
        const there = this.#findings.get(key);
        if (there === undefined) this.#findings.set(key, [finding]);
        else there.push(finding);
      }
    }
  }

  /** The tiles with findings in a block of the picture. */
  tilesIn(visible: Rect): OverlayTile<Surface>[] {
    return keysIn(visible).flatMap((key) => {
      const findings = this.#findings.get(key);
      if (findings === undefined) return [];
      const rect = this.#rectOf(key);
      let surface = this.#surfaces.get(key);
      if (surface === undefined) {
        surface = this.#adapter.create(rect);
        this.#adapter.put(surface, whiteWhere(findings, rect), rect, 0, 0);
        this.#surfaces.set(key, surface);
      }
      return { surface, rect };
    });
  }

  #rectOf(key: string): Rect {
    const [column, row] = key.split(' ').map(Number);
    const { width, height } = this.#size;
    const rect = { x: column * SIDE, y: row * SIDE, width: SIDE, height: SIDE };
    return intersection(rect, { x: 0, y: 0, width, height }) ?? { ...rect, width: 1, height: 1 };
  }
}

function keysIn({ x, y, width, height }: Rect): string[] {
  const keys: string[] = [];
  for (let row = Math.floor(y / SIDE); row * SIDE < y + height; row++) {
    for (let column = Math.floor(x / SIDE); column * SIDE < x + width; column++) keys.push(`${column} ${row}`);
  }
  return keys;
}

function whiteWhere(findings: readonly Finding[], rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(rect.width * rect.height * 4);
  const pixels = new Uint32Array(out.buffer);
  for (const { runs } of findings) {
    for (let i = firstOfRow(runs, rect.y); i < runs.length && runs[i] < rect.y + rect.height; i += 3) {
      const row = (runs[i] - rect.y) * rect.width - rect.x;
      const from = Math.max(rect.x, runs[i + 1]);
      const to = Math.min(rect.x + rect.width, runs[i + 2]);
      if (from < to) pixels.fill(0xffffffff, row + from, row + to);
    }
  }
  return out;
}
