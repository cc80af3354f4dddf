import type { z } from 'zod';
import type { colourHintSchema } from '../../../contract/app/runs.ts';
import { LangevinError } from '../../../errors.ts';

type Hint = z.output<typeof colourHintSchema>;

/**
 * Colours that were painted on a picture as displayed, the last on top: red, green, blue and how surely of every pixel.
 * @throws mask-size when one leaves the picture.
 */
export function displayedHints(hints: readonly Hint[], width: number, height: number): Uint8Array {
  const rgba = new Uint8Array(4 * width * height);
  for (const { color, mask } of hints) {
    if (mask.x + mask.width > width || mask.y + mask.height > height) {
      throw new LangevinError('mask-size', 'A colour hint leaves the picture; mark within it.');
    }
    const rgb = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    mask.coverage.forEach((opacity, i) => {
      const x = mask.x + (i % mask.width);
      const at = 4 * ((mask.y + Math.floor(i / mask.width)) * width + x);
      // The faint rim of one does not take the place of another.
      if (opacity > 0 && (opacity >= 128 || opacity > rgba[at + 3])) rgba.set([...rgb, opacity], at);
    });
  }
  return rgba;
}
