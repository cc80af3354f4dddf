import type { Page } from 'playwright-core';
import { encodePicture } from '../src-main/images/encode.ts';

/** A 24-megapixel photograph's size. */
export const WIDTH = 6000;
export const HEIGHT = 4000;

/** A JPEG of soft shapes, lines and grain. */
export async function generatedPicture(): Promise<Uint8Array> {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  let seed = 1;
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const grain = (seed >>> 28) - 8;
      const wave = Math.sin(x / 90) * Math.cos(y / 70) * 60 + ((x + y) % 37 < 12 ? 15 : 0);
      data[i++] = 120 + wave + grain;
      data[i++] = 110 + wave / 2 + grain;
      data[i++] = 100 - wave + grain;
    }
  }
  return encodePicture(
    { width: WIDTH, height: HEIGHT, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'jpeg' },
  );
}

/** Sets the width of the editor's brush. */
export async function setBrush(page: Page, size: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: 'Size' });
  await field.fill(`${size}`);
  await field.press('Enter');
}
