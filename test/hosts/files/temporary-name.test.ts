import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeLeftovers, temporaryName } from '../../../src-main/hosts/files/temporary-name.ts';
import { assertWritable, writeFileAtomically } from '../../../src-main/hosts/files/write-file.ts';

describe('temporary names', () => {
  it.each(['a.png', 'é'.repeat(121) + '.png', '😀'.repeat(62) + '.png', 'x'.repeat(255)])(
    'fit beside a name that fits: %s',
    async (name) => {
      expect(Buffer.byteLength(temporaryName(name))).toBeLessThanOrEqual(255);
      const folder = await mkdtemp(join(tmpdir(), 'langevin-names-'));
      await assertWritable(join(folder, name));
      await writeFileAtomically(join(folder, name), Uint8Array.of(1));
      expect(await readdir(folder)).toEqual([name]);
    },
  );

  it('that are too long are refused before any work', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'langevin-names-'));
    await expect(assertWritable(join(folder, 'é'.repeat(126) + '.png'))).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringMatching(/more than 255 bytes/) as string,
    });
  });

  it('of dead processes are swept, those of living ones and other files are not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'langevin-sweep-'));
    const mine = temporaryName('a.png');
    // No process has the largest number that Linux gives out.
    const dead = mine.replace(`-${process.pid}-`, '-4194303-');
    for (const name of [mine, dead, 'a.part', '.b.part']) await writeFile(join(folder, name), '');
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual(['.b.part', mine, 'a.part'].sort());
  });
});
