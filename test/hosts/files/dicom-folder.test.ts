import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDicomFolder } from '../../../src-main/hosts/files/dicom-folder.ts';

it('says of a folder without slices how many other files there are, one or several', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-folder-'));
  try {
    await mkdir(join(folder, 'within'));
    await writeFile(join(folder, 'within', 'notes.txt'), 'No slice.');
    await expect(readDicomFolder(folder)).rejects.toThrow(/holds no DICOM slices \(1 other file\)\.$/);
    await writeFile(join(folder, 'more.txt'), 'No slice either.');
    await expect(readDicomFolder(folder)).rejects.toThrow(/\(2 other files\)\.$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
