import { describe, expect, it } from 'vitest';
import type { Size } from '../../../src-renderer/canvas/geometry.ts';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { OverlayTiles } from '../../../src-renderer/canvas/overlay-tiles.ts';

const style = { color: [255, 0, 0], opacity: 1 } as const;
const everything = { x: 0, y: 0, width: 700, height: 300 };

/** A canvas that is an array of alpha values. */
interface Sheet extends Size {
  readonly alpha: Uint8Array;
}

function setUp(): { layer: MaskLayer; tiles: OverlayTiles<Sheet>; written: () => number } {
  let pixelsWritten = 0;
  const layer = new MaskLayer(700, 300);
  const tiles = new OverlayTiles<Sheet>(layer, style, {
    create: ({ width, height }) => ({ width, height, alpha: new Uint8Array(width * height) }),
    put: (sheet, pixels, size, x, y) => {
      pixelsWritten += size.width * size.height;
      for (let row = 0; row < size.height; row++) {
        for (let column = 0; column < size.width; column++) {
          sheet.alpha[(y + row) * sheet.width + x + column] = pixels[(row * size.width + column) * 4 + 3];
        }
      }
    },
  });
  return { layer, tiles, written: () => pixelsWritten };
}

/** What the tiles show must be the mask, and what they leave out must be empty. */
function expectShowsMask(layer: MaskLayer, tiles: OverlayTiles<Sheet>): void {
  const shown = new Uint8Array(700 * 300);
  for (const { surface, rect } of tiles.tilesIn(everything)) {
    expect([surface.width, surface.height]).toEqual([rect.width, rect.height]);
    for (let y = 0; y < rect.height; y++) {
      shown.set(surface.alpha.subarray(y * rect.width, (y + 1) * rect.width), (rect.y + y) * 700 + rect.x);
    }
  }
  expect(Buffer.compare(shown, layer.toCoverage())).toBe(0);
}

describe('overlay tiles', () => {
  it('exist only where there is coverage', () => {
    const { layer, tiles } = setUp();
    expect(tiles.tilesIn(everything)).toEqual([]);
    layer.fillSpan(10, 250, 260, 'add');
    expect(tiles.tilesIn(everything).map(({ rect }) => rect.x)).toEqual([0, 256]);
    expect(tiles.tilesIn({ x: 0, y: 0, width: 100, height: 100 })).toHaveLength(1);
  });

  it('follow the mask through painting, undo and clearing', () => {
    const { layer, tiles } = setUp();
    const refresh = (): void => {
      const dirty = layer.takeDirty();
      if (dirty !== undefined) tiles.refresh(dirty);
      expectShowsMask(layer, tiles);
    };
    layer.beginEdit();
    layer.fillSpan(10, 250, 300, 'add');
    refresh();
    layer.fillSpan(280, 600, 700, 'add');
    refresh();
    layer.fillSpan(100, 40, 60, 'add');
    layer.fillSpan(103, 300, 310, 'add');
    refresh();
    const undo = layer.commitEdit();
    layer.invert();
    refresh();
    layer.invert();
    refresh();
    if (undo !== undefined) layer.apply(undo);
    refresh();
    expect(tiles.tilesIn(everything)).toEqual([]);
  });

  it('share surfaces where all pixels are alike, and part again', () => {
    const { layer, tiles, written } = setUp();
    layer.invert();
    const surfaces = tiles.tilesIn(everything).map(({ surface }) => surface);
    // Whole tiles, those of the last column, those of the last row, and the corner.
    expect([surfaces.length, new Set(surfaces).size]).toEqual([6, 4]);
    expect(written()).toBe((256 + 188) * 300);
    expectShowsMask(layer, tiles);
    layer.takeDirty();
    layer.fillSpan(10, 10, 60, 'subtract');
    tiles.refresh({ x: 10, y: 10, width: 50, height: 1 });
    expectShowsMask(layer, tiles);
  });

  it('paint only what changed', () => {
    const { layer, tiles, written } = setUp();
    layer.fillSpan(10, 10, 60, 'add');
    tiles.tilesIn(everything);
    layer.takeDirty();
    const before = written();
    layer.fillSpan(12, 20, 30, 'add');
    tiles.refresh(layer.takeDirty() ?? everything);
    tiles.tilesIn(everything);
    expect(written() - before).toBe(10);
  });

  it('change colour as a whole', () => {
    const { layer, tiles } = setUp();
    layer.fillSpan(10, 10, 60, 'add');
    tiles.tilesIn(everything);
    tiles.restyle({ color: [0, 0, 0], opacity: 0.2 });
    expect(tiles.tilesIn(everything)[0].surface.alpha[10 * 256 + 10]).toBe(51);
  });
});
