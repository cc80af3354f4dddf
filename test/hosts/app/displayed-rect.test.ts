import { describe, expect, it } from 'vitest';
import { displayedRect } from '../../../src-main/hosts/engine/jobs/display-frame.ts';
import { storedMask } from '../../../src-main/hosts/engine/jobs/mask-patch.ts';
import { toDisplay } from '../../../src-main/images/orientation.ts';

const width = 7;
const height = 5;

describe('rectangles and masks as displayed', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('lie where the pixels of orientation %i are shown', (orientation) => {
    const rect = { x: 1, y: 2, width: 4, height: 2 };
    const stored = new Uint8Array(width * height);
    for (let y = 2; y < 4; y++) stored.fill(1, y * width + 1, y * width + 5);
    const shown = toDisplay(stored, width, height, 1, orientation);
    const shownWidth = orientation >= 5 ? height : width;
    const expected = displayedRect(rect, { width, height }, orientation);
    shown.forEach((value, i) => {
      const [x, y] = [i % shownWidth, Math.floor(i / shownWidth)];
      const isInside =
        x >= expected.x && x < expected.x + expected.width && y >= expected.y && y < expected.y + expected.height;
      expect(value, `${x}, ${y}`).toBe(isInside ? 1 : 0);
    });
    const patch = { ...expected, coverage: new Uint8Array(8).fill(128) };
    expect(storedMask(patch, { width, height, metadata: { orientation } })).toEqual(stored);
  });
});
