import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { likelihoods } from '../../../src-main/likelihood/registry.ts';
import { runCli } from '../../fixtures/run-cli.ts';
import { sha256, tinyManifestJson, tinyNetwork } from '../../fixtures/tiny-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-solvers-'));
  await mkdir(join(folder, 'model'));
  const bytes = tinyNetwork({ kind: 'constant', value: 0.5 });
  await writeFile(join(folder, 'model', 'tiny.onnx'), bytes);
  await writeFile(join(folder, 'model', 'manifest.json'), JSON.stringify(tinyManifestJson({ sha256: sha256(bytes) })));
});
afterAll(() => rm(folder, { recursive: true }));

const sample = (...args: string[]) =>
  runCli([
    'sample',
    '-o',
    join(folder, 'out'),
    '--count',
    '1',
    '--size',
    '16x16',
    '--model',
    'photo',
    '--json',
    ...['--model', join(folder, 'model'), '--provider', 'cpu'],
    ...args,
  ]);

describe('langevin solvers', () => {
  it('lists every solver with its options, ranges and defaults', async () => {
    const { code, stdout } = await runCli(['solvers', '--json']);
    expect(code).toBe(0);
    const { solvers, sdes } = JSON.parse(stdout) as {
      solvers: { name: string; source: string; options: object[] }[];
      sdes: Record<string, Record<string, number>>;
    };
    expect(solvers.map(({ name }) => name)).toEqual([...likelihoods.keys()]);
    expect(solvers.find(({ name }) => name === 'mmps')?.options[0]).toMatchObject({
      name: 'iterations',
      type: 'integer',
      minimum: 1,
      default: 3,
    });
    for (const solver of solvers) expect(solver.options.every((o) => 'description' in o)).toBe(true);
    expect(sdes['vp']).toMatchObject({ betaMax: 20 });
  });

  it('explains one, and names those there are for another', async () => {
    expect((await runCli(['solvers', 'ddnm'])).stdout).toContain(
      'travelRepeat (integer from 1 to 100; 1 unless given)',
    );
    const wrong = await runCli(['solvers', 'nope']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('mmps');
  });
});

describe('options of sampling', () => {
  it('come from a file or an earlier report, and give the same bytes again', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify({ predictor: 'ancestral', steps: 3, sigmaMin: 0.1, seed: 5 }));
    const first = await sample('--config', config);
    expect(first.code).toBe(0);
    const bytes = await readFile(join(folder, 'out', 'sample-0001.png'));
    const flags = await sample('--predictor', 'ancestral', '--steps', '3', '--sigma-min', '0.1', '--seed', '5');
    expect(flags.code).toBe(0);
    expect(await readFile(join(folder, 'out', 'sample-0001.png'))).toEqual(bytes);
    const other = await sample('--config', config, '--seed', '6');
    expect(other.code).toBe(0);
    expect(await readFile(join(folder, 'out', 'sample-0001.png'))).not.toEqual(bytes);
  });

  it.each([
    ['{"stpes": 3}', 'there is no option stpes'],
    ['{"steps": 0}', 'steps'],
    ['steps: 3', 'neither a JSON object'],
  ])('%s is refused with the reason', async (text, reason) => {
    const config = join(folder, 'bad.json');
    await writeFile(config, text);
    const { code, stderr } = await sample('--config', config);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    [['--sde', 'vp'], 'heun is the same for every SDE'],
    [['--predictor', 'annealed-langevin', '--steps', '20'], 'cannot follow 20 noise levels'],
    [['--sde-option', 'betaMax'], 'is not NAME=VALUE'],
  ])('%j is refused by name', async (flags, reason) => {
    const { code, stderr } = await sample(...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
