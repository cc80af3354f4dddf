import { describe, expect, it } from 'vitest';
import { ContactSheet } from '../../src-main/restore/contact-sheet.ts';
import { channelCount, type Picture, type PictureMode } from '../../src-main/tensor/picture.ts';

function flat(mode: PictureMode, bitDepth: 8 | 16, value: number): Picture {
  const size = 20 * 10 * channelCount(mode);
  const data = bitDepth === 8 ? new Uint8Array(size).fill(value) : new Uint16Array(size).fill(value * 257);
  return { width: 20, height: 10, mode, bitDepth, data, metadata: { orientation: 1 } };
}

/** Everything in the left half is marked. */
const mask = Uint8Array.from({ length: 200 }, (_, i) => (i % 20 < 10 ? 1 : 0));

describe('the contact sheet', () => {
  it.each([
    ['rgb', 8],
    ['rgb', 16],
    ['gray', 8],
    ['gray', 16],
  ] as const)('shows what is marked beside the samples: %s, %i bits', (mode, bitDepth) => {
    const sheet = new ContactSheet();
    const picture = flat(mode, bitDepth, 60);
    sheet.addMarked(picture, mask);
    sheet.add(flat(mode, bitDepth, 60));
    const { width, height, data } = sheet.picture();
    const channels = channelCount(mode);
    expect([width, height]).toEqual([2 * 28 + 8, 10 + 16]);
    const at = (x: number, y: number): number => data[(y * width + x) * channels];
    // White around, then the marked half, the rest, and the sample.
    expect(at(2, 2)).toBe(255);
    expect(at(8 + 4, 8 + 4)).toBeGreaterThan(140);
    expect(at(8 + 15, 8 + 4)).toBe(60);
    expect(at(8 + 28 + 4, 8 + 4)).toBe(60);
    expect(picture.data.every((value) => value === (bitDepth === 8 ? 60 : 60 * 257))).toBe(true);
  });
});
