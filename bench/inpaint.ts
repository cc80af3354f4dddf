import type { Preset } from '../src-main/contract/restore-options.ts';
import { TUNED, type TunedSolver } from '../src-main/restore/tuned.ts';
import { classicalFills, type FillScore } from './classical-fills.ts';
import { damages } from './damage.ts';
import { fillLook, psnr, type FillLook } from './picture-quality.ts';
import { median, table, writeSection } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';
import { restoreCase, taskCases } from './task-cases.ts';

/**
 * (c) Quality inside the mask: every tuned solver, and the gradient-free ones, against classical fills. LANGEVIN_BENCH_SHORT=1
 * is the short set that prints all goal figures in minutes: `instant` and `balanced` on 192² of every picture.
 */
const SHORT = process.env['LANGEVIN_BENCH_SHORT'] === '1';
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? (SHORT ? 192 : 256));
const EVERY = Number(process.env['LANGEVIN_BENCH_EVERY'] ?? 1);
// A comma-separated list of solvers limits the run.
const only = (process.env['LANGEVIN_BENCH_SOLVERS'] ?? (SHORT ? 'instant,balanced' : undefined))?.split(',');

const network = await shippedNetwork('photo');
const cases = await taskCases('inpaint', CROP, EVERY);
const scores: FillScore[] = await classicalFills(cases);

const looks: { method: string; look: FillLook }[] = [];
const others: TunedSolver[] = [
  { solver: 'repaint', settings: { steps: 6, sigmaMax: 1 } },
  { solver: 'projection', settings: { steps: 30, sigmaMax: 1 } },
];
const [balanced, ...alternatives] = TUNED.inpaint ?? [];
const candidates: { name: string; settings?: TunedSolver; preset?: Preset }[] = [
  { name: 'instant (fill)', preset: 'instant' },
  { name: `balanced (${balanced.solver})` },
  { name: `best (${balanced.solver})`, preset: 'best' },
  ...[...alternatives, ...others].map((settings) => ({ name: settings.solver, settings })),
];
for (const { name: method, settings, preset } of candidates) {
  if (only !== undefined && !only.some((part) => method.includes(part))) continue;
  for (const one of cases) {
    const { picture, passes, seconds } = await restoreCase(one, network, settings, preset);
    const value = psnr(picture, one.truth, one.mask);
    const { picture: name, damage } = one;
    scores.push({ picture: name, damage: damage.name, method, psnr: value, passes, seconds });
    if (damage.name === 'blots') looks.push({ method, look: fillLook(picture, one.truth, one.mask!) });
  }
  process.stderr.write(`${method} done\n`);
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
const lookRows = [...new Set(looks.map(({ method }) => method))].map((method) => {
  const own = looks.filter((entry) => entry.method === method).map(({ look }) => look);
  return [
    method,
    median(own.map(({ detail }) => detail)).toFixed(2),
    median(own.map(({ seam }) => seam)).toFixed(2),
    median(own.map(({ tint }) => tint)).toFixed(1),
  ];
});
/** Mean PSNR above that of the biharmonic fill, where it was measured. */
const goalRows = ['instant (fill)', `balanced (${balanced.solver})`, `best (${balanced.solver})`]
  .filter((method) => methods.includes(method) && methods.includes('biharmonic'))
  .map((method) => {
    const score = (who: string, damage: string): number =>
      mean(scores.filter((one) => one.method === who && one.damage === damage).map(({ psnr: value }) => value));
    const ahead = (damage: string): string => {
      const more = score(method, damage) - score('biharmonic', damage);
      return `${more < 0 ? '' : '+'}${more.toFixed(2)}`;
    };
    return [method, ...['scratch', 'text', 'random 75 %'].map(ahead)];
  });
const count = new Set(cases.map(({ picture }) => picture)).size;
await writeSection(
  'inpaint',
  `## Inpainting

PSNR in dB inside the mask, mean over the central ${CROP} × ${CROP} pixels of ${count} pictures (of the CID22 validation set,
Cloudinary, CC BY-SA 4.0; not part of the repository); seconds a picture on this machine. Passes are network evaluations;
one with a gradient counts 3. Telea, Navier–Stokes, SHIFTMAP, FSR: OpenCV; biharmonic: scikit-image (\`bench/classical.py\`,
\`LANGEVIN_BENCH_PYTHON\` names the interpreter). \`balanced\` is the default. Rerun: \`npm run bench -- inpaint\`; \`LANGEVIN_BENCH_DATA\` names the folder that has
\`val-photos\`. The short set, minutes: \`LANGEVIN_BENCH_SHORT=1\`. Damage at seed 2026, the number of the picture and of the damage;
fills and samples at the number of the picture.

${table(['method', ...names, 'passes', 's'], rows)}

dB above biharmonic (goals: 1.5, 1.5, 2):

${table(['method', 'scratch', 'text', 'random 75 %'], goalRows)}

How the blots look, 24 to 64 pixels in the most textured places, median over the pictures (goals: .7 to 1.3, at most 1.2, at most 3): energy of fine detail in the hole ÷ the truth's, gradient across its rim ÷ the
truth's, and the largest difference of mean chroma from the truth's (0…255).

${table(['method', 'detail', 'seam', 'tint'], lookRows)}`,
);
