import { expect, test } from 'vitest';
import type { Rect, Size } from '../../../src-renderer/canvas/geometry.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { PictureTiles, type PictureSurfaceAdapter } from '../../../src-renderer/editor/picture-tiles.ts';

/** A surface of one number per pixel: the mean of the red values it shows. */
interface Surface extends Size {
  readonly values: Float64Array;
}

function adapter(): PictureSurfaceAdapter<Surface> & { created: number } {
  return {
    created: 0,
    create(size) {
      this.created++;
      return { width: size.width, height: size.height, values: new Float64Array(size.width * size.height).fill(NaN) };
    },
    put(surface, pixels, size) {
      for (let i = 0; i < size.width * size.height; i++) surface.values[i] = pixels[i * 4];
    },
    drawReduced(target, source, at) {
      for (let y = 0; y < at.height; y++) {
        for (let x = 0; x < at.width; x++) {
          const block = [0, 1].flatMap((dy) =>
            [0, 1].map((dx) => {
              const sx = Math.min(source.width - 1, 2 * x + dx);
              return source.values[Math.min(source.height - 1, 2 * y + dy) * source.width + sx];
            }),
          );
          target.values[(at.y + y) * target.width + at.x + x] = block.reduce((a, b) => a + b) / 4;
        }
      }
    },
  };
}

function picture(width: number, height: number, red: (x: number, y: number) => number): Size & { data: Uint8Array } {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) data[i * 4] = red(i % width, Math.floor(i / width));
  return { width, height, data };
}

const whole = ({ width, height }: Size): Rect => ({ x: 0, y: 0, width, height });

test('surfaces cover what is visible once, without gaps', () => {
  const source = picture(1300, 700, () => 1);
  for (const level of [0, 1, 2, 5]) {
    const tiles = new PictureTiles(source, adapter()).tilesIn(whole(source), level);
    const area = tiles.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
    expect(area).toBe(1300 * 700);
    for (const { surface } of tiles) expect(surface.values.every((value) => value === 1)).toBe(true);
  }
});

test('only surfaces in sight are made', () => {
  const made = adapter();
  const tiles = new PictureTiles(
    picture(3000, 3000, () => 0),
    made,
  ).tilesIn({ x: 600, y: 600, width: 100, height: 100 }, 0);
  expect(tiles.map(({ rect }) => rect)).toEqual([{ x: 512, y: 512, width: 512, height: 512 }]);
  expect(made.created).toBe(1);
});

test('full-size surfaces hold the exact pixels', () => {
  const source = picture(600, 530, (x, y) => (x * 7 + y * 13) % 256);
  for (const { surface, rect } of new PictureTiles(source, adapter()).tilesIn(whole(source), 0)) {
    surface.values.forEach((value, i) => {
      const [x, y] = [rect.x + (i % rect.width), rect.y + Math.floor(i / rect.width)];
      if (value !== (x * 7 + y * 13) % 256) throw new Error(`Pixel ${x}, ${y} is ${value}.`);
    });
  }
});

test('reduced surfaces hold means of blocks', () => {
  const source = picture(1024, 512, (x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 200 : 100));
  const [tile] = new PictureTiles(source, adapter()).tilesIn(whole(source), 2);
  expect(tile.size).toEqual({ width: 256, height: 128 });
  expect(tile.surface.values[0]).toBe(200);
  expect(tile.surface.values[1]).toBe(100);
  expect(tile.surface.values[256]).toBe(100);
});

test.each([1, 2, 3, 4])('opaque pictures are reduced at once by means of blocks, at level %i as well', (level) => {
  const random = new RandomGenerator(level);
  const source = picture(1030, 523, () => random.uint32() & 255);
  const opaque = { ...source, data: source.data.map((value, i) => (i % 4 === 3 ? 255 : value)) };
  const made = adapter();
  const tiles = new PictureTiles(opaque, made).tilesIn(whole(opaque), level);
  const side = 2 ** level;
  for (const { surface, rect, size } of tiles) {
    // Whole blocks only: at the edges, blocks have fewer pixels.
    for (let y = 0; y < Math.floor(rect.height / side); y++) {
      for (let x = 0; x < Math.floor(rect.width / side); x++) {
        let sum = 0;
        for (let i = 0; i < side * side; i++) {
          const [column, row] = [rect.x + x * side + (i % side), rect.y + y * side + Math.floor(i / side)];
          sum += opaque.data[(row * opaque.width + column) * 4];
        }
        expect(Math.abs(surface.values[y * size.width + x] - sum / side ** 2)).toBeLessThanOrEqual(1);
      }
    }
  }
  if (level <= 3) expect(made.created).toBe(tiles.length);
});

test('what was drawn before is not made again', () => {
  const made = adapter();
  const tiles = new PictureTiles(
    picture(1024, 1024, () => 0),
    made,
  );
  tiles.tilesIn({ x: 0, y: 0, width: 1024, height: 1024 }, 1);
  const count = made.created;
  tiles.tilesIn({ x: 100, y: 0, width: 10, height: 10 }, 1);
  expect(made.created).toBe(count);
});

test.each([
  [2, 0],
  [1, 0],
  [0.51, 0],
  [0.5, 1],
  [0.3, 1],
  [0.25, 2],
  [0.01, 6],
])('zoom %f reads level %i: never fewer pixels than the screen shows', (zoom, level) => {
  expect(PictureTiles.levelFor(zoom)).toBe(level);
  expect(2 ** -level).toBeGreaterThanOrEqual(zoom > 1 ? 1 : zoom);
});
