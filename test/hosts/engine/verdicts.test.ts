import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskCache } from '../../../src-main/hosts/engine/disk-cache.ts';
import { Verdicts } from '../../../src-main/hosts/engine/verdicts.ts';
import { tinyManifest } from '../../fixtures/tiny-model.ts';

describe('what a user of a model is told', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-verdicts-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is that nobody checked it, or what the check found, and nothing once it passed', async () => {
    const verdicts = new Verdicts(diskCache(folder));
    const manifest = tinyManifest();
    const told = (origin: 'user' | 'shipped' | 'path') => verdicts.warning({ manifest, origin });
    expect(await told('shipped')).toBeUndefined();
    expect(await told('user')).toMatch(/models check/);
    expect(await told('path')).toMatch(/models check/);
    await verdicts.record(manifest, ['its gradient is wrong']);
    expect(await told('user')).toMatch(/did not pass its check: its gradient is wrong/);
    await verdicts.record(manifest, []);
    expect(await told('user')).toBeUndefined();
    expect(await verdicts.warning({ manifest: { ...manifest, sigmaMax: 7 }, origin: 'user' })).toMatch(/models check/);
  });
});
