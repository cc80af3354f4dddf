import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineClient } from '../../src-main/hosts/engine/engine-client.ts';
import { nodeSpawn } from '../../src-main/hosts/engine/spawn.ts';
import { Models } from '../../src-main/hosts/app/models.ts';
import type { PictureJobs } from '../../src-main/hosts/app/jobs/picture-jobs.ts';
import { sha256, tinyManifestJson, tinyNetwork } from '../../test/fixtures/tiny-model.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { outliving } from '../process-tree.ts';
import { WorkingClock } from '../working-clock.ts';
import { HANG_MS, type FuzzTarget } from '../target.ts';

/** Entry of the process that looks into models; from out/fuzz/fuzz/targets. */
const ENTRY = new URL('../../../node/hosts/app/jobs/picture-process.js', import.meta.url);

/** Model folders as strangers might send them. Each is one line of the list, and a good one beside it stays good. */
export const models: FuzzTarget = {
  name: 'models',
  title: 'hostile model folders, listed beside a good one',
  cases: 200,
  share: 1,
  run: async ({ first, cases, random, isOver, tried, fault, scratch }) => {
    await writeFile(join(scratch, 'secret'), 'TOP SECRET');
    for (let index = first; index < first + cases && !isOver(); index++) {
      const folder = join(scratch, `models-${index}`);
      await mkdir(join(folder, 'hostile'), { recursive: true });
      await writeModel(join(folder, 'good'), 'good', tinyNetwork({ kind: 'constant', value: 1 }));
      const kind = await makeHostile(random(index), join(folder, 'hostile'), scratch);
      const locations = JSON.stringify({ models: [{ folder, origin: 'user' }], cache: join(scratch, 'cache') });
      const clock = new WorkingClock(process.pid);
      const worker = new EngineClient<PictureJobs>(nodeSpawn(ENTRY, [locations]), { patienceMs: 0 });
      try {
        const list = await new Models(worker).list();
        const good = list.find(({ name }) => name === 'good');
        const hostile = list.find(({ name }) => name === 'hostile');
        if (good === undefined || good.problem !== undefined) fault('lost', index, `${kind}: the good model is gone`);
        if (hostile === undefined) fault('lost', index, `${kind}: it is not listed`);
        if (JSON.stringify(list).includes('TOP SECRET'))
          fault('admitted', index, `${kind}: what a link led to was shown`);
        tried(hostile?.problem === undefined ? 'listed' : 'listed with its problem');
      } catch (error) {
        fault('crash', index, `${kind}: the whole list fails: ${String(error).slice(0, 160)}`);
        tried('no list');
      }
      const took = clock.now();
      clock.stop();
      if (took > HANG_MS) fault('hang', index, `${kind}: ${took.toFixed(0)} ms`);
      const pid = worker.pid;
      await worker.terminate();
      if (pid !== undefined && (await outliving([pid], 3000)).length > 0) fault('orphan', index, kind);
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function writeModel(folder: string, name: string, network: Uint8Array, changes: object = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tiny.onnx'), network);
  const manifest = tinyManifestJson({ name, sha256: sha256(network), ...changes });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** @returns what it is, for the report. */
async function makeHostile(random: FuzzRandom, folder: string, scratch: string): Promise<string> {
  const network = tinyNetwork({ kind: 'constant', value: 1 });
  const outside = random.pick([join(scratch, 'secret'), '/dev/zero', '/etc/passwd', '/proc/self/mem', folder]);
  const target = random.pick(['manifest.json', 'tiny.onnx']);
  switch (random.int(0, 7)) {
    case 0:
    case 1: {
      // Its sha256 is right, so that it is looked into.
      await writeModel(folder, 'hostile', mutateBytes(network, random));
      return 'a mutated network';
    }
    case 2: {
      const text = Buffer.from(JSON.stringify(tinyManifestJson({ name: 'hostile', sha256: sha256(network) })));
      await writeModel(folder, 'hostile', network);
      await writeFile(join(folder, 'manifest.json'), mutateBytes(text, random));
      return 'a mutated manifest';
    }
    case 3:
      await writeModel(folder, 'hostile', network);
      await rm(join(folder, target));
      execFileSync('mkfifo', [join(folder, target)]);
      return `a pipe as ${target}`;
    case 4:
      await writeModel(folder, 'hostile', network);
      await rm(join(folder, target));
      await symlink(outside, join(folder, target));
      return `a link from ${target} to ${outside}`;
    case 5: {
      const location = random.pick([
        '/etc/passwd',
        '../../secret',
        '/dev/zero',
        'w\0.bin',
        '',
        'C:\\w.bin',
        'tiny.onnx',
      ]);
      await writeModel(folder, 'hostile', tinyNetwork({ kind: 'external', location }));
      return `weights in ${JSON.stringify(location)}`;
    }
    case 6: {
      const file = random.pick(['/etc/passwd', '../good/tiny.onnx', 'manifest.json', 'a\0b', '', '.', '..']);
      await writeModel(
        folder,
        'hostile',
        network,
        random.chance(0.5) ? { file } : { externalFiles: [{ file, sha256: sha256(network) }] },
      );
      return `the file ${JSON.stringify(file)}`;
    }
    default: {
      const depth = random.int(1000, 200_000);
      await writeModel(folder, 'hostile', network);
      await writeFile(join(folder, 'manifest.json'), '['.repeat(depth) + ']'.repeat(depth));
      return 'a deep manifest';
    }
  }
}
