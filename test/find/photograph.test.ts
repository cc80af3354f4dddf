import { describe, expect, it } from 'vitest';
import { assertPhotograph } from '../../src-main/find/photograph.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

function grey(width: number, height: number, level: (x: number, y: number) => number): Picture {
  const data = Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width)));
  return { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
}

describe('assertPhotograph', () => {
  it('says in words what is no photograph', () => {
    const black = grey(64, 64, () => 0);
    expect(() => assertPhotograph(black, 'scan.png')).toThrow(/scan\.png is one colour throughout/);
    const mask = grey(64, 64, (x, y) => (Math.hypot(x - 30, y - 30) < 9 ? 255 : 0));
    expect(() => assertPhotograph(mask, 'mask.png')).toThrow(/has 2 colours, like a mask or a drawing/);
  });

  it('remarks on a screenshot and is silent on a photograph', () => {
    const screenshot = grey(200, 200, (x, y) => (Math.floor(x / 10) * 7 + Math.floor(y / 25) * 13) % 256);
    expect(assertPhotograph(screenshot, 'screen.png')).toMatch(/looks like a screenshot/);
    const photograph = grey(
      200,
      200,
      (x, y) => 128 + 60 * Math.sin(x / 17) * Math.cos(y / 11) + ((x * 31 + y * 17) % 5),
    );
    expect(assertPhotograph(photograph, 'photo.jpg')).toBeUndefined();
  });
});
