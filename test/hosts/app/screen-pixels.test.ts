import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pictureContent } from '../../../src-main/hosts/app/jobs/screen-pixels.ts';
import type { DecodedPicture } from '../../../src-main/images/decode.ts';

const fixture = new URL('../../fixtures/images/srgb.icc', import.meta.url);

/** The profile of sRGB with its red and green exchanged, under another name. */
async function exchangedProfile(): Promise<Uint8Array> {
  const icc = new Uint8Array(await readFile(fixture));
  const view = new DataView(icc.buffer);
  const entries = new Map<string, number>();
  for (let i = 0; i < view.getUint32(128); i++) {
    const at = 132 + 12 * i;
    entries.set(String.fromCharCode(...icc.subarray(at, at + 4)), at);
  }
  const [red, green] = [entries.get('rXYZ')!, entries.get('gXYZ')!];
  const redOffset = view.getUint32(red + 4);
  view.setUint32(red + 4, view.getUint32(green + 4));
  view.setUint32(green + 4, redOffset);
  for (let i = 0; i < icc.length - 7; i++) {
    const text = String.fromCharCode(...icc.subarray(i, i + 4));
    if (text === 'sRGB') icc.set([116, 101, 115, 116], i);
    if (String.fromCharCode(...icc.subarray(i, i + 7)) === 's\0R\0G\0B') icc.set([116, 0, 101, 0, 115, 0, 116], i);
  }
  return icc;
}

function picture(changes: Partial<DecodedPicture>): DecodedPicture {
  return {
    width: 2,
    height: 1,
    mode: 'rgb',
    bitDepth: 8,
    data: Uint8Array.of(255, 0, 0, 0, 0, 255),
    metadata: { orientation: 1 },
    format: 'png',
    lossy: false,
    pages: 1,
    notices: [],
    ...changes,
  };
}

describe('pixels for a screen', () => {
  it('are those of the file without a profile, or with that of sRGB', async () => {
    const icc = new Uint8Array(await readFile(fixture));
    for (const metadata of [{ orientation: 1 }, { orientation: 1, icc }]) {
      const { data } = await pictureContent(picture({ metadata }));
      expect([...data]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
    }
  });

  it('are converted by another profile, transparency and depth included', async () => {
    const metadata = { orientation: 1, icc: await exchangedProfile() };
    const cases: Partial<DecodedPicture>[] = [
      {},
      { mode: 'rgb-alpha', data: Uint8Array.of(255, 0, 0, 9, 0, 0, 255, 200) },
      { bitDepth: 16, data: Uint16Array.of(65535, 0, 0, 0, 0, 65535) },
      { mode: 'rgb-alpha', bitDepth: 16, data: Uint16Array.of(65535, 0, 0, 9 * 257, 0, 0, 65535, 200 * 257) },
    ];
    for (const changes of cases) {
      const { data, has } = await pictureContent(picture({ ...changes, metadata }));
      const alpha = changes.mode === 'rgb-alpha' ? [9, 200] : [255, 255];
      const expected = [0, 255, 0, alpha[0], 0, 0, 255, alpha[1]];
      data.forEach((value, i) => expect(Math.abs(value - expected[i]), `${i}`).toBeLessThan(6));
      expect(has.icc).toBe(true);
    }
  });

  it('are as in the file when the profile is broken', async () => {
    const metadata = { orientation: 1, icc: Uint8Array.of(1, 2, 3) };
    const { data } = await pictureContent(picture({ metadata }));
    expect([...data]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
  });

  it('of grey pictures are grey, 16 bits rounded', async () => {
    const grey = { mode: 'gray-alpha', bitDepth: 16, data: Uint16Array.of(33_056, 65_535, 257, 0) } as const;
    const { data } = await pictureContent(picture(grey));
    expect([...data]).toEqual([129, 129, 129, 255, 1, 1, 1, 0]);
  });
});
