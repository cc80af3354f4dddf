import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import { planBatch } from '../../../src-main/batch/plan/plan.ts';
import { batchRequestSchema } from '../../../src-main/contract/batch.ts';

describe('outputs of the same name', () => {
  it('are no collision with a picture that will never be written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'langevin-rivals-'));
    const source = join(folder, 'in');
    await mkdir(source);
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), Buffer.alloc(200)]);
    await writeFile(join(source, 'IMG_1.heic'), heic);
    await writeFile(join(source, 'IMG_1.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    // By its contents this one is a JPEG, and then it is a rival.
    await writeFile(join(source, 'IMG_2.heic'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    await writeFile(join(source, 'IMG_2.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    const request = batchRequestSchema.parse({
      sources: [source],
      output: join(folder, 'out'),
      mask: { kind: 'none' },
      options: { task: 'denoise' },
      model: 'photo',
    });
    const { items, problems } = await planBatch(nodeFileSystem, request);
    expect(items.map(({ name }) => name)).toEqual(['IMG_1.jpg']);
    expect(problems.map(({ name, code }) => [name, code])).toEqual([
      ['IMG_1.heic', 'unsupported-format'],
      ['IMG_2.heic', 'name-collision'],
      ['IMG_2.jpg', 'name-collision'],
    ]);
  });
});
