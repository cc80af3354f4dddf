import { TUNED, type TunedSolver } from '../src-main/restore/tuned.ts';
import { classicalFills, type FillScore } from './classical-fills.ts';
import { damages } from './damage.ts';
import { psnr } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';
import { restoreCase, taskCases } from './task-cases.ts';

/** (c) Quality inside the mask: every tuned solver, and the gradient-free ones, against classical fills. */
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 256);
const EVERY = Number(process.env['LANGEVIN_BENCH_EVERY'] ?? 1);
// A comma-separated list of solvers limits the run.
const only = process.env['LANGEVIN_BENCH_SOLVERS']?.split(',');

const network = await shippedNetwork('photo');
const cases = await taskCases('inpaint', CROP, EVERY);
const scores: FillScore[] = await classicalFills(cases);

const gradientFree: TunedSolver[] = [
  { solver: 'ddnm', settings: { steps: 60, sigmaMax: 1, sigmaMin: 0.03, eta: 1 } },
  { solver: 'diffpir', settings: { steps: 60, sigmaMax: 1 } },
  { solver: 'repaint', settings: { steps: 6, sigmaMax: 1 } },
  { solver: 'projection', settings: { steps: 30, sigmaMax: 1 } },
];
const solvers = [...(TUNED.inpaint ?? []), ...gradientFree]
  .filter((entry, i, all) => all.findIndex(({ solver }) => solver === entry.solver) === i)
  .filter(({ solver }) => only === undefined || only.includes(solver));
for (const candidate of solvers) {
  for (const one of cases) {
    const { picture, passes, seconds } = await restoreCase(one, network, candidate);
    const value = psnr(picture, one.truth, one.mask);
    const { picture: name, damage } = one;
    scores.push({ picture: name, damage: damage.name, method: candidate.solver, psnr: value, passes, seconds });
  }
  process.stderr.write(`${candidate.solver} done\n`);
}
await network.dispose();

const names = Object.keys(damages);
const methods = [...new Set(scores.map(({ method }) => method))];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const rows = methods.map((method) => {
  const own = scores.filter((score) => score.method === method);
  const passes = mean(own.map((score) => score.passes ?? 0));
  return [
    method,
    ...names.map((name) => mean(own.filter(({ damage }) => damage === name).map((score) => score.psnr)).toFixed(2)),
    passes > 0 ? passes.toFixed(0) : '–',
    mean(own.map(({ seconds }) => seconds)).toFixed(1),
  ];
});
const count = new Set(cases.map(({ picture }) => picture)).size;
await writeSection(
  'inpaint',
  `## Inpainting

PSNR in dB inside the mask, mean over the central ${CROP} × ${CROP} pixels of ${count} pictures (of the CID22 validation set,
Cloudinary, CC BY-SA 4.0; not part of the repository); seconds a picture on this machine. Passes are network evaluations;
one with a gradient counts 3. Telea, Navier–Stokes: python3-opencv; biharmonic: python3-skimage (\`bench/classical.py\`). The
first solver is the default. Rerun: \`npm run bench -- inpaint\`; \`LANGEVIN_BENCH_DATA\` names the folder that has
\`val-photos\`.

${table(['method', ...names, 'passes', 's'], rows)}`,
);
