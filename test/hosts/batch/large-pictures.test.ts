import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineProcesses } from '../../../src-main/batch/lock/process-identity.ts';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import { PauseGate } from '../../../src-main/batch/pipeline/pause-gate.ts';
import { previewBatch } from '../../../src-main/batch/preview.ts';
import { runBatch } from '../../../src-main/batch/run-batch.ts';
import type { BatchReport } from '../../../src-main/contract/batch.ts';
import { restoreOptionsSchema } from '../../../src-main/contract/restore-options.ts';
import type { CodecJobs } from '../../../src-main/hosts/batch/codec-process.ts';
import { finishPicture, prepareInto } from '../../../src-main/hosts/batch/codec-work.ts';
import { PictureEngine } from '../../../src-main/hosts/batch/picture-engine.ts';
import type { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import { leavePicture, takeBytes, takePicture } from '../../../src-main/hosts/engine/placed-pixels.ts';
import { Scratch } from '../../../src-main/hosts/engine/scratch.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { inverted } from '../../fixtures/batch/fake-engine.ts';
import { decoded, put, request } from '../../fixtures/batch/run.ts';

/** More than what passes through the host as it is, as samples and as uncompressed files. */
const SIDE = 2100;
const PASSES = 1e6;

let root: string;
let large: Picture;
/** The most bytes that any message between the host and its processes had. */
let most = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-large-'));
  const data = new Uint16Array(SIDE * SIDE);
  for (let i = 0; i < data.length; i++) data[i] = i >> 3;
  large = {
    width: SIDE,
    height: SIDE,
    mode: 'gray',
    bitDepth: 16,
    data,
    metadata: { orientation: 1 },
  };
  await put(join(root, 'in'), 'large.tif', large);
});
afterAll(() => rm(root, { recursive: true }));

/** Processes, but for that they are this one; the network inverts what is painted. */
function engine(fails = false): PictureEngine {
  const codec = {
    result: async (kind: 'prepare' | 'finish', payload: never) =>
      seen(await (kind === 'prepare' ? prepareInto : finishPicture)(seen(payload))),
  };
  const network = {
    run: async function* (_kind: string, job: EngineJobs['restore-decoded']['payload']) {
      const picture = await takePicture(seen(job).picture);
      yield { type: 'notice', message: 'begun' };
      if (fails) throw new Error('out of luck');
      const result = inverted(picture, job.mask && (await takeBytes(job.mask)));
      return seen({
        pictures: [await leavePicture(result, `${job.into}.sample-0`)],
        report: { nfe: 1, provider: 'cpu' },
      });
    },
  };
  return new PictureEngine({
    engine: network as unknown as EngineClient<EngineJobs>,
    codec: codec as unknown as EngineClient<CodecJobs>,
    options: restoreOptionsSchema.parse({ task: 'denoise', noise: 5 }),
    network: { model: 'photo', provider: 'cpu' },
    scratch: new Scratch(join(root, 'scratch')),
  });
}

function seen<T>(message: T): T {
  most = Math.max(most, bytesIn(message));
  return message;
}

function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesIn(part), 0);
}

function run(output: string, fails = false): Promise<BatchReport> {
  return runBatch(request(join(root, 'in'), join(root, output)), {
    ...{ fs: nodeFileSystem, engine: engine(fails), processes: machineProcesses, program: 'test' },
    ...{
      gate: new PauseGate(),
      signal: new AbortController().signal,
      emit: () => undefined,
      now: () => performance.now(),
    },
  });
}

describe('a large picture in a batch', () => {
  it('comes to its file through no message, and leaves nothing on its way', async () => {
    expect((await run('out')).totals).toMatchObject({ done: 1 });
    const restored = await decoded(root, 'out', 'large_denoise.tif');
    expect(inverted(large).data.every((value, i) => value === restored.data[i])).toBe(true);
    expect(most).toBeLessThan(PASSES);
    expect(await readdir(join(root, 'scratch'))).toEqual([]);
  });

  it('leaves nothing where it fails, or where only its time is estimated', async () => {
    expect((await run('failed', true)).totals).toMatchObject({ failed: 1 });
    const host = { fs: nodeFileSystem, engine: engine(), signal: new AbortController().signal, now: () => 0 };
    expect((await previewBatch(request(join(root, 'in'), join(root, 'planned')), host)).seconds).toBeDefined();
    expect(await readdir(join(root, 'scratch'))).toEqual([]);
    expect(most).toBeLessThan(PASSES);
  });
});
