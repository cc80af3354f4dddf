import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const resource = (name: string): string => fileURLToPath(new URL(`../../resources/${name}`, import.meta.url));

let folder: string;

/** Programs that write their arguments down instead of working; `parallel` as the recipe uses it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-recipes-'));
  const programs = {
    langevin: 'for a in "$@"; do printf "%s\\n" "$a"; done >> "$LOG"; echo -- >> "$LOG"; exit "${CODE:-0}"',
    // One call for each line of input, {} replaced; the number of failed ones is the exit code.
    parallel: `
      while [ "$1" != langevin ]; do shift; done
      failed=0
      while read -r line; do
        for a in "$@"; do printf '%s\\n' "$a" | sed "s|{}|$line|"; done > "$LOG.args"
        IFS='
'
        set -f
        $(cat "$LOG.args") || failed=$((failed + 1))
        unset IFS
      done
      exit "$failed"`,
  };
  await mkdir(join(folder, 'bin'));
  for (const [name, body] of Object.entries(programs)) {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a script and returns its exit code with the arguments of every call of langevin. */
async function run(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; calls: string[][]; stderr: string }> {
  const log = join(folder, 'log');
  await writeFile(log, '');
  const path = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    const child = execFile(resource(script), args, { env: { PATH: path, LOG: log, ...env } }, (_error, _out, stderr) =>
      resolve({ code: child.exitCode!, stderr }),
    );
  });
  const calls = (await readFile(log, 'utf8')).split('--\n').filter((call) => call !== '');
  return { code, calls: calls.map((call) => call.trimEnd().split('\n')), stderr };
}

describe('the recipe for GNU parallel', () => {
  const args = ['3', 'my photos', 'out dir', '--task', 'inpaint', '--mask-color', '#ff00ff'];

  it('runs every shard once and merges', async () => {
    const { code, calls } = await run('batch/gnu-parallel.sh', args);
    expect(code).toBe(0);
    expect(calls).toEqual([
      ...[0, 1, 2].map((i) => [
        ...['batch', 'my photos', '-o', 'out dir', '--shard', `${i}/3`, '--resume'],
        ...args.slice(3),
      ]),
      ['batch', 'merge', 'out dir', '--report', 'out dir/report.json'],
    ]);
  });

  it('merges also when pictures have failed, and says that they have', async () => {
    const { code, calls } = await run('batch/gnu-parallel.sh', args, { CODE: '1' });
    expect(calls).toHaveLength(4);
    expect(code).toBe(1);
    expect((await run('batch/gnu-parallel.sh', ['3'])).code).toBe(2);
  });
});

describe('the recipe for Slurm', () => {
  it('is a task array of as many shards as it says', async () => {
    const script = await readFile(resource('batch/slurm-array.sh'), 'utf8');
    const [, last] = /^#SBATCH --array=0-(\d+)$/m.exec(script)!;
    expect(script).toContain(`: "\${SHARDS:=${Number(last) + 1}}"`);
  });

  it('gives every task its shard', async () => {
    const env = { SLURM_ARRAY_TASK_ID: '7', SLURM_CPUS_PER_TASK: '8', IN_DIR: '/in', OUT_DIR: '/out' };
    const { code, calls } = await run('batch/slurm-array.sh', ['--task', 'denoise'], env);
    expect(code).toBe(0);
    expect(calls).toEqual([
      ['batch', '/in', '-o', '/out', '--shard', '7/16', '--threads', '8', '--resume', '--task', 'denoise'],
    ]);
    const { IN_DIR: _missing, ...without } = env;
    const failed = await run('batch/slurm-array.sh', [], without);
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain('IN_DIR');
  });
});

interface IndexedJob {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly podFailurePolicy: { readonly rules: readonly { readonly onExitCodes?: { readonly values: number[] } }[] };
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly volumes: readonly { readonly name: string }[];
        readonly containers: readonly {
          readonly image: string;
          readonly args: readonly string[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
      };
    };
  };
}

describe('the recipe for Kubernetes', () => {
  it('is an Indexed Job of as many shards as it has completions', async () => {
    const { apiVersion, kind, spec } = parse(
      await readFile(resource('batch/kubernetes-indexed-job.yaml'), 'utf8'),
    ) as IndexedJob;
    expect([apiVersion, kind, spec.completionMode]).toEqual(['batch/v1', 'Job', 'Indexed']);
    const { restartPolicy, containers, volumes } = spec.template.spec;
    // Required where there is a podFailurePolicy.
    expect(restartPolicy).toBe('Never');
    const [{ args, volumeMounts, image }] = containers;
    expect(args.at(-1)).toBe(`--shard=$(JOB_COMPLETION_INDEX)/${spec.completions}`);
    expect(args).toContain('--resume');
    expect(spec.parallelism).toBeLessThanOrEqual(spec.completions);
    // Trying again does not help pictures that failed, or wrong options; anything else is tried again.
    expect(spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes?.values ?? [])).toEqual([1, 2]);
    expect(volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    const { version } = JSON.parse(await readFile(resource('../package.json'), 'utf8')) as { version: string };
    expect(image).toBe(`langevin:${version}`);
  });
});

describe('the container file', () => {
  it('has no findings of the linter, and runs as an ordinary user', async () => {
    const file = await readFile(resource('container/Containerfile'), 'utf8');
    expect(validate(file)).toEqual([]);
    expect(file).toMatch(/^USER node$/m);
    expect(file).toMatch(/^ENTRYPOINT \["langevin"\]$/m);
    // The linter finds something in a file that is wrong.
    expect(validate(file.replace('WORKDIR /data', 'WORKDIRR /data'))).not.toEqual([]);
  });
});
