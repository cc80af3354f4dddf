import { likelihoodMethod } from '../src-main/likelihood/registry.ts';
import { resolveSampler, type SolverSettings } from '../src-main/restore/settings.ts';
import { TUNED } from '../src-main/restore/tuned.ts';
import { damages } from './damage.ts';
import { classicalScores, inpaintingCases, scoreSolver, type Score } from './inpaint-quality.ts';
import { table, writeSection } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';

/** (c) Quality inside the mask: every tuned solver, and the gradient-free ones, against classical fills. */
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 192);
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 11);
const network = await shippedNetwork('photo');
const all = await inpaintingCases(CROP);
const pictures = [...new Set(all.map(({ picture }) => picture))].slice(0, PICTURES);
const cases = all.filter(({ picture }) => pictures.includes(picture));
const scores: Score[] = await classicalScores(cases);

// A comma-separated list of solvers limits the run.
const only = process.env['LANGEVIN_BENCH_SOLVERS']?.split(',');
const solvers: SolverSettings[] = [
  ...(TUNED.inpaint ?? []),
  { solver: 'ddnm', settings: { steps: 60, sigmaMax: 2 } },
  { solver: 'diffpir', settings: { steps: 60, sigmaMax: 2 } },
  { solver: 'repaint', settings: { steps: 6, sigmaMax: 2 } },
  { solver: 'projection', settings: { steps: 30, sigmaMax: 2 } },
]
  .filter((entry, i, all) => all.findIndex(({ solver }) => solver === entry.solver) === i)
  .filter(({ solver }) => only === undefined || only.includes(solver))
  .map(({ solver, settings }) => ({
    ...resolveSampler(likelihoodMethod(solver).sampling, settings, {}),
    solver,
    method: settings.method ?? {},
  }));
for (const settings of solvers) {
  for (const one of cases) scores.push(await scoreSolver(one, settings, network));
  process.stderr.write(`${settings.solver} done\n`);
}
await network.dispose();

const names = Object.keys(damages);
const methods = [...new Set(scores.map(({ method }) => method))];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const rows = methods.map((method) => {
  const own = scores.filter((score) => score.method === method);
  const passes = mean(own.map(({ nfe = 0, vjps = 0 }) => nfe + 2 * vjps));
  return [
    method,
    ...names.map((name) => mean(own.filter(({ damage }) => damage === name).map(({ psnr }) => psnr)).toFixed(2)),
    passes > 0 ? passes.toFixed(0) : '–',
    mean(own.map(({ seconds }) => seconds)).toFixed(1),
  ];
});
await writeSection(
  'inpaint',
  `## Inpainting

PSNR in dB inside the mask, mean over the central ${CROP} × ${CROP} pixels of ${pictures.length} pictures (of the CID22 validation set,
Cloudinary, CC BY-SA 4.0; not part of the repository); seconds a picture on this machine. Passes are network evaluations; one with a
gradient counts 3. Telea, Navier–Stokes: python3-opencv; biharmonic: python3-skimage (\`bench/classical.py\`). The first
solver is the default. Rerun: \`npm run bench -- inpaint\`; \`LANGEVIN_BENCH_DATA\` names the folder that has \`val-photos\`.

${table(['method', ...names, 'passes', 's'], rows)}`,
);
