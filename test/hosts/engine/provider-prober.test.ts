import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyAbsent } from '../../../src-main/hosts/engine/absent-provider.ts';
import { diskCache } from '../../../src-main/hosts/engine/disk-cache.ts';
import type { FoundModel } from '../../../src-main/hosts/engine/model-store.ts';
import { ProviderProber } from '../../../src-main/hosts/engine/provider-prober.ts';
import { nodeSpawn, type EngineSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { tinyManifest } from '../../fixtures/tiny-model.ts';

const model: FoundModel = { manifest: tinyManifest(), folder: '/models/tiny', origin: 'path' };
/** No library is looked for. */
const there = { whyAbsent: () => undefined };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-probes-'));
});
afterAll(() => rm(folder, { recursive: true }));

function countingSpawn(): { spawn: EngineSpawn; count: () => number } {
  const spawn = nodeSpawn(new URL('../../fixtures/engine/fixture-engine.js', import.meta.url));
  let started = 0;
  return { spawn: () => (started++, spawn()), count: () => started };
}

describe('probing a provider', () => {
  it('survives one that crashes, and says so', async () => {
    const report = await new ProviderProber(countingSpawn().spawn, there).probe(model, 'cuda', 0);
    expect(report).toMatchObject({ provider: 'cuda', usable: false });
    expect(report.reason).toMatch(/takes its process down.*SIGKILL/);
  });

  it('gives up on one that hangs', async () => {
    const report = await new ProviderProber(countingSpawn().spawn, { ...there, timeoutMs: 500 }).probe(
      model,
      'webgpu',
      0,
    );
    expect(report).toEqual({ provider: 'webgpu', usable: false, reason: 'it did not answer within 0.5 seconds' });
  });

  it('does not take a broken model for a broken provider', async () => {
    const probe = new ProviderProber(countingSpawn().spawn, there).probe(model, 'coreml', 0);
    await expect(probe).rejects.toMatchObject({ code: 'model-corrupt' });
  });

  it('happens once in a process, and once on a machine with a cache', async () => {
    const { spawn, count } = countingSpawn();
    const cache = diskCache(folder);
    const prober = new ProviderProber(spawn, { cache });
    expect(await prober.choose('dml', model)).toEqual({ provider: 'dml', messages: [] });
    await prober.choose('dml', model);
    expect(count()).toBe(1);
    await new ProviderProber(spawn, { cache }).choose('dml', model);
    expect(count()).toBe(1);
    // Another model is another question, and a doctor always asks anew.
    await new ProviderProber(spawn, { cache }).choose('dml', {
      ...model,
      manifest: tinyManifest({ sha256: '1'.repeat(64) }),
    });
    expect(count()).toBe(2);
    await prober.probe(model, 'dml', 0);
    expect(count()).toBe(3);
  });

  it('does not try what cannot be there', async () => {
    const { spawn, count } = countingSpawn();
    const prober = new ProviderProber(spawn, { whyAbsent: () => 'libcuda.so.1 is not installed' });
    const reason = 'libcuda.so.1 is not installed';
    expect(await prober.probe(model, 'cuda', 0)).toEqual({ provider: 'cuda', usable: false, reason });
    expect(count()).toBe(0);
    expect(whyAbsent('cuda', 'linux', () => false)).toMatch(/libcuda\.so\.1.*not installed/);
    expect(whyAbsent('cuda', 'linux', () => true)).toBeUndefined();
    expect(whyAbsent('coreml', 'darwin', () => false)).toBeUndefined();
  });

  it('keeps the reason for the user when a provider was asked for by name', async () => {
    const prober = new ProviderProber(countingSpawn().spawn, there);
    await expect(prober.choose('cuda', model)).rejects.toMatchObject({
      code: 'provider-unavailable',
      message: expect.stringMatching(/SIGKILL.*auto, cpu/s) as string,
    });
  });
});
