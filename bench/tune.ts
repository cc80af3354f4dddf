import { TASKS, type Task } from '../src-main/contract/restore-options.ts';
import type { TunedSettings } from '../src-main/restore/settings.ts';
import type { TunedSolver } from '../src-main/restore/tuned.ts';
import { psnr } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';
import { restoreCase, taskCases } from './task-cases.ts';

/**
 * Chooses the defaults of the picture tasks: every candidate within the budget of network passes, on crops of the
 * validation pictures, in order of the mean PSNR (inside the mask for inpainting). Run it again when the network changes
 * and carry the best into src-main/restore/tuned.ts: `npm run bench -- tune`. LANGEVIN_BENCH_TASKS is a list of tasks
 * [all], LANGEVIN_BENCH_EVERY uses every so many pictures [3], LANGEVIN_BENCH_CROP is their side [256].
 */
const BUDGET = 60;
const SHOWN = 6;
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 256);
const EVERY = Number(process.env['LANGEVIN_BENCH_EVERY'] ?? 3);
const chosen = process.env['LANGEVIN_BENCH_TASKS']?.split(',');

/** MMPS with as many levels as the budget allows: D, and a gradient for each iteration. */
function mmps(iterations: number, settings: TunedSettings): TunedSolver {
  const steps = Math.floor(BUDGET / (1 + 3 * iterations));
  return { solver: 'mmps', settings: { predictor: 'renoise', steps, eta: 1, ...settings, method: { iterations } } };
}

function pigdm(settings: TunedSettings): TunedSolver {
  return { solver: 'pigdm', settings: { predictor: 'renoise', steps: Math.floor(BUDGET / 4), ...settings } };
}

function guided(sigmaMaxima: readonly number[], sigmaMinima: readonly number[]): TunedSolver[] {
  return sigmaMaxima.flatMap((sigmaMax) =>
    sigmaMinima.flatMap((sigmaMin) => [
      mmps(1, { sigmaMax, sigmaMin }),
      mmps(2, { sigmaMax, sigmaMin }),
      pigdm({ sigmaMax, sigmaMin }),
    ]),
  );
}

const candidates: Readonly<Partial<Record<Task, readonly TunedSolver[]>>> = {
  inpaint: [
    ...guided([0.5, 1, 2], [0.03, 0.06]),
    { solver: 'ddnm', settings: { steps: BUDGET, sigmaMax: 1, sigmaMin: 0.03, eta: 1 } },
    { solver: 'diffpir', settings: { steps: BUDGET, sigmaMax: 1, sigmaMin: 0.03 } },
  ],
  deblur: [
    ...guided([0.15, 0.3, 1], [0.03]),
    mmps(2, { sigmaMax: 0.3, sigmaMin: 0.1 }),
    mmps(4, { sigmaMax: 0.3, sigmaMin: 0.03 }),
    mmps(4, { sigmaMax: 0.3, sigmaMin: 0.06 }),
    mmps(6, { sigmaMax: 0.3, sigmaMin: 0.06 }),
    { solver: 'diffpir', settings: { steps: BUDGET, sigmaMax: 0.3, sigmaMin: 0.02 } },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 1, sigmaMin: 0.02 } },
    { solver: 'ddrm', settings: { steps: 20, sigmaMax: 1 } },
  ],
  'super-resolve': [
    ...guided([0.5, 1, 2], [0.03]),
    mmps(2, { sigmaMax: 0.5, sigmaMin: 0.1 }),
    mmps(4, { sigmaMax: 0.5, sigmaMin: 0.1 }),
    { solver: 'daps', settings: { steps: 30, sigmaMax: 1, sigmaMin: 0.02 } },
    { solver: 'ddrm', settings: { steps: 20, sigmaMax: 1 } },
  ],
  colorize: [
    mmps(1, { sigmaMax: 80, sigmaMin: 0.03 }),
    mmps(1, { sigmaMax: 10, sigmaMin: 0.03 }),
    mmps(1, { sigmaMax: 2, sigmaMin: 0.03 }),
    mmps(2, { sigmaMax: 80, sigmaMin: 0.03 }),
    mmps(2, { sigmaMax: 80, sigmaMin: 0.3 }),
    pigdm({ sigmaMax: 80, sigmaMin: 0.03 }),
    { solver: 'ddnm', settings: { steps: BUDGET, sigmaMax: 80, sigmaMin: 0.03 } },
  ],
};

const network = await shippedNetwork('photo');
const sections: string[] = [];
for (const task of TASKS.filter((name) => chosen === undefined || chosen.includes(name))) {
  const cases = candidates[task] === undefined ? [] : await taskCases(task, CROP, EVERY);
  const rows: { score: number; cells: (string | number)[] }[] = [];
  for (const candidate of cases.length > 0 ? candidates[task]! : []) {
    const scores = new Map<string, number[]>();
    let passes = 0;
    for (const one of cases) {
      const restored = await restoreCase(one, network, candidate);
      passes = restored.passes;
      const value = psnr(restored.picture, one.truth, one.mask);
      scores.set(one.damage.name, [...(scores.get(one.damage.name) ?? []), value]);
    }
    const each = [...scores.values()].map(mean);
    const { solver, settings } = candidate;
    const score = mean(each);
    rows.push({
      score,
      cells: [solver, describe(settings), passes, ...each.map((v) => v.toFixed(2)), score.toFixed(2)],
    });
    process.stderr.write(
      `${task} ${score.toFixed(2)} dB (${each.map((v) => v.toFixed(2)).join(' ')}) ${solver} ${describe(settings)}\n`,
    );
  }
  if (rows.length === 0) continue;
  rows.sort((a, b) => b.score - a.score);
  const names = [...new Set(cases.map(({ damage }) => damage.name))];
  const head = ['solver', 'settings', 'passes', ...names, 'mean'];
  sections.push(
    `### ${task}\n\n${table(
      head,
      rows.slice(0, SHOWN).map(({ cells }) => cells),
    )}`,
  );
}
await network.dispose();
await writeSection(
  'tune',
  `## Choice of the defaults

The best of the candidates of \`bench/tune.ts\`, PSNR in dB, mean over the central ${CROP} × ${CROP} pixels of one
in ${EVERY} validation pictures; inpainting inside the mask. A network pass with a gradient counts as three; the budget is
${BUDGET}. Rerun: \`npm run bench -- tune\`.

${sections.join('\n\n')}`,
);

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function describe({ method, ...settings }: TunedSettings): string {
  return Object.entries({ ...settings, ...method })
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
