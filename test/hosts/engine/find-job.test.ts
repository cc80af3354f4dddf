import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindEvent, FindJob, FindResult } from '../../../src-main/contract/find.ts';
import { DetectorPool } from '../../../src-main/hosts/engine/detector-pool.ts';
import { checkDetector } from '../../../src-main/hosts/engine/jobs/detector-check.ts';
import { findJob } from '../../../src-main/hosts/engine/jobs/find-job.ts';
import type { ModelFinding } from '../../../src-main/hosts/engine/jobs/model-finding.ts';
import { ModelStore } from '../../../src-main/hosts/engine/model-store.ts';
import type { EngineServices } from '../../../src-main/hosts/engine/services.ts';

const shipped = new URL('../../../models', import.meta.url).pathname;
let root: string;
let store: ModelStore;
let services: EngineServices;
let cat: { name: string; bytes: Uint8Array };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'find-'));
  store = new ModelStore({
    models: [
      { folder: root, origin: 'user' },
      { folder: shipped, origin: 'shipped' },
    ],
    cache: join(root, 'cache'),
  });
  services = { store, detectors: new DetectorPool(store) } as unknown as EngineServices;
  const name = 'chelsea-scratched.png';
  cat = { name, bytes: await readFile(new URL(`../../../resources/samples/${name}`, import.meta.url)) };
});
afterAll(() => rm(root, { recursive: true }));

async function run(job: FindJob): Promise<{ result: FindResult; events: FindEvent[] }> {
  const events: FindEvent[] = [];
  const steps = findJob(services)(job, { signal: new AbortController().signal, emit: () => undefined });
  for (;;) {
    const step = await steps.next();
    if (step.done) return { result: step.value as FindResult, events };
    events.push(step.value as FindEvent);
  }
}

/** A copy of the shipped detector, changed. */
async function copyOf(name: string, change: (manifest: Record<string, unknown>) => void, cut = 0): Promise<void> {
  const folder = join(root, name);
  await mkdir(folder);
  await cp(join(shipped, 'damage', 'damage.onnx'), join(folder, 'damage.onnx'));
  const manifest = JSON.parse(await readFile(join(shipped, 'damage', 'manifest.json'), 'utf8')) as object;
  const changed = { ...manifest, name };
  change(changed);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(changed));
  if (cut > 0)
    await writeFile(join(folder, 'damage.onnx'), (await readFile(join(folder, 'damage.onnx'))).subarray(cut));
}

describe('job find', () => {
  it('answers with maps, and with findings and their mask where options are given', async () => {
    const { result, events } = await run({ file: cat, options: {} });
    expect(result).toMatchObject({
      width: 451,
      height: 300,
      detector: 'damage',
      isNegative: false,
      reductions: [1, 2],
    });
    expect(result.maps?.surface).toHaveLength(451 * 300);
    expect(result.findings!.length).toBeGreaterThan(3);
    expect(result.mask!.includes(1)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'progress', fraction: 1 });
    const { maps, findings } = (await run({ file: cat, maps: false })).result;
    expect([maps, findings]).toEqual([undefined, undefined]);
  });

  it('reads a file where it lies', async () => {
    const path = join(root, cat.name);
    await writeFile(path, cat.bytes);
    expect((await run({ file: { name: cat.name, path }, maps: false })).result.width).toBe(451);
  });

  it('says in words what is wrong with a detector', async () => {
    await copyOf('cut', () => undefined, 1000);
    await copyOf('renamed', (manifest) => (manifest.output = 'mask'));
    await copyOf('extra', (manifest) => (manifest.sigma = 1));
    await copyOf('lost', (manifest) => (manifest.file = 'other.onnx'));
    await expect(run({ file: cat, detector: 'cut' })).rejects.toMatchObject({ code: 'model-corrupt' });
    await expect(run({ file: cat, detector: 'renamed' })).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringMatching(/outputs "probability", not just "mask"/) as string,
    });
    await expect(run({ file: cat, detector: 'extra' })).rejects.toMatchObject({ code: 'invalid-manifest' });
    await expect(run({ file: cat, detector: 'lost' })).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(run({ file: cat, detector: 'gone' })).rejects.toMatchObject({ code: 'model-not-found' });
    // One that failed stands in nobody's way.
    expect((await run({ file: cat, maps: false })).result.width).toBe(451);
  });

  it('keeps detectors and score networks apart', async () => {
    await expect(run({ file: cat, detector: 'photo' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/photo is a score network and finds no damage/) as string,
    });
    await expect(store.find('damage')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/damage finds damage and restores nothing/) as string,
    });
    const listed = (await store.list()).find(({ name }) => name === 'damage');
    expect(listed).toMatchObject({ detector: { kind: 'damage-detector' }, origin: 'shipped' });
  });
});

describe('checking a detector', () => {
  const check = async (name: string): Promise<ModelFinding[]> => {
    const findings: ModelFinding[] = [];
    for await (const finding of checkDetector(await store.findDetector(name), store, 1)) findings.push(finding);
    return findings;
  };

  it('passes the shipped one', async () => {
    expect((await check('damage')).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('finds a damaged file', async () => {
    expect((await check('cut')).find(({ level }) => level === 'error')).toMatchObject({ check: 'files' });
  });
});
