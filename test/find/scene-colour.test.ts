import { describe, expect, it } from 'vitest';
import type { DamageMaps } from '../../src-main/contract/find.ts';
import { doubtSceneColours } from '../../src-main/find/scene-colour.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

const WIDTH = 90;
const HEIGHT = 60;
const SURE = 240;

type Colour = readonly [number, number, number];
const PAPER: Colour = [240, 232, 205];
const NEON: Colour = [250, 60, 200];

/** A picture of two grounds with two strokes across, of the colours given; both are marked as sure. */
function marked(
  upper: Colour,
  lower: Colour,
  grounds: readonly [Colour, Colour] = [
    [40, 90, 160],
    [190, 120, 60],
  ],
) {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  const surface = new Uint8Array(WIDTH * HEIGHT);
  const area = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const row = Math.floor(i / WIDTH);
    const stroke = row >= 10 && row < 14 ? upper : row >= 40 && row < 44 ? lower : undefined;
    data.set(stroke ?? grounds[i % WIDTH < 45 ? 0 : 1], i * 3);
    surface[i] = stroke === undefined ? 0 : SURE;
    area[i] = surface[i];
  }
  const picture: Picture = {
    width: WIDTH,
    height: HEIGHT,
    mode: 'rgb',
    bitDepth: 8,
    data,
    metadata: { orientation: 1 },
  };
  const size = { width: WIDTH, height: HEIGHT, pictureWidth: WIDTH, pictureHeight: HEIGHT };
  const maps: DamageMaps = { ...size, surface, area, kinds: new Uint8Array(surface.length) };
  return { picture, maps };
}

const at = ({ surface }: DamageMaps, row: number): number => surface[row * WIDTH + 20];

describe('doubtSceneColours', () => {
  it('doubts what is marked in lively colours, and leaves paper alone', () => {
    const { picture, maps } = marked(PAPER, NEON);
    doubtSceneColours(picture, maps, 1);
    expect(at(maps, 12)).toBe(SURE);
    expect(at(maps, 42)).toBeLessThan(SURE - 50);
    expect(at(maps, 42)).toBeGreaterThan(128);
  });

  it('leaves losses and text alone, whatever their colours', () => {
    const { picture, maps } = marked(NEON, NEON);
    doubtSceneColours(picture, maps, 1);
    expect(maps.area[12 * WIDTH + 20]).toBe(SURE);
  });

  it('leaves grey and tinted pictures alone', () => {
    const sepia = marked(
      [250, 200, 120],
      [250, 200, 120],
      [
        [120, 96, 58],
        [130, 104, 62],
      ],
    );
    doubtSceneColours(sepia.picture, sepia.maps, 1);
    expect(at(sepia.maps, 12)).toBe(SURE);
    const { picture, maps } = marked(NEON, NEON);
    const grey: Picture = { ...picture, mode: 'gray', data: picture.data.slice(0, WIDTH * HEIGHT) };
    doubtSceneColours(grey, maps, 1);
    expect(at(maps, 12)).toBe(SURE);
  });

  it('reads 16 bits and reduced maps alike', () => {
    const { picture, maps } = marked(PAPER, NEON);
    const deep: Picture = { ...picture, bitDepth: 16, data: Uint16Array.from(picture.data, (value) => value * 257) };
    const half: DamageMaps = { ...maps, width: WIDTH / 2, height: HEIGHT / 2, surface: new Uint8Array(45 * 30) };
    half.surface.fill(SURE, 5 * 45, 7 * 45);
    half.surface.fill(SURE, 20 * 45, 22 * 45);
    doubtSceneColours(deep, half, 2);
    expect(half.surface[6 * 45 + 10]).toBe(SURE);
    expect(half.surface[21 * 45 + 10]).toBeLessThan(SURE);
  });
});
