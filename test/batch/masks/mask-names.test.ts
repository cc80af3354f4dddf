import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MaskFinder } from '../../../src-main/batch/masks/mask-finder.ts';
import { maskCandidates } from '../../../src-main/batch/masks/mask-names.ts';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { PictureFormat } from '../../../src-main/images/formats.ts';
import { fixture } from '../../fixtures/images/pattern.ts';

describe('names of masks', () => {
  it('are the same however their letters are composed', () => {
    const composed = 'é.png'.normalize('NFC');
    const decomposed = 'é.png'.normalize('NFD');
    expect(maskCandidates(composed, [decomposed], false)).toEqual([decomposed]);
    expect(maskCandidates(decomposed, [composed], false)).toEqual([composed]);
  });

  it('differ in case only where the file system says so', () => {
    expect(maskCandidates('Photo.jpg', ['photo.png'], false)).toEqual([]);
    expect(maskCandidates('Photo.jpg', ['photo.png'], false, true)).toEqual(['photo.png']);
  });
});

describe('of several masks, the one of the size as displayed', () => {
  const gray = (width: number, height: number) => ({
    width,
    height,
    mode: 'gray' as const,
    bitDepth: 8 as const,
    data: new Uint8Array(width * height),
  });

  it('is found for every format and orientation, by the header that the decoder reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'langevin-masks-'));
    await mkdir(folder, { recursive: true });
    const paths = [join(folder, 'wide.png'), join(folder, 'tall.png')];
    for (const [i, [width, height]] of [
      [24, 16],
      [16, 24],
    ].entries()) {
      const mask = { ...gray(width, height), metadata: { orientation: 1 } };
      await writeFile(paths[i], await encodePicture(mask, { format: 'png' }));
    }
    const finder = new MaskFinder(nodeFileSystem, { kind: 'files', paths });
    for (const format of ['png', 'jpeg', 'webp', 'tiff'] as readonly PictureFormat[]) {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const picture = { ...gray(24, 16), metadata: { orientation } };
        const bytes = await encodePicture(picture, { format });
        const { fingerprint } = await finder.find(
          { name: `a.${format}`, path: join(folder, 'a') },
          { name: `a.${format}`, bytes },
        );
        expect(fingerprint?.path, `${format} ${orientation}`).toBe(paths[orientation >= 5 ? 1 : 0]);
      }
    }
    // An orientation that is none counts as 1.
    const tagged = Buffer.from(
      await encodePicture({ ...gray(24, 16), metadata: { orientation: 6 } }, { format: 'jpeg' }),
    );
    tagged[tagged.indexOf(Buffer.from('1201030001000000', 'hex')) + 8] = 9;
    const { fingerprint } = await finder.find(
      { name: 'o9.jpg', path: join(folder, 'o9.jpg') },
      { name: 'o9.jpg', bytes: new Uint8Array(tagged) },
    );
    expect(fingerprint?.path).toBe(paths[0]);
    // What is no picture is that, not a matter of the mask's size.
    await expect(
      finder.find(
        { name: '404.jpg', path: join(folder, '404.jpg') },
        { name: '404.jpg', bytes: Buffer.from('<!doctype html>404') },
      ),
    ).rejects.toMatchObject({ code: 'not-a-picture' });
    expect((await fixture('gray8.png')).length).toBeGreaterThan(0);
  });
});
