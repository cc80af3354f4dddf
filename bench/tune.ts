import { likelihoodMethod } from '../src-main/likelihood/registry.ts';
import { resolveSampler, type SolverSettings, type TunedSettings } from '../src-main/restore/settings.ts';
import { inpaintingCases, scoreSolver } from './inpaint-quality.ts';
import { table } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';

/**
 * Chooses the default of inpainting: every candidate on crops of the validation pictures, in order of the mean PSNR
 * over pictures and damages. Run it again when the network changes and carry the best into src-main/restore/tuned.ts:
 * `npm run bench -- tune`. LANGEVIN_BENCH_PICTURES limits the number of pictures [4], LANGEVIN_BENCH_CROP their side [128].
 */
const BUDGET = 60;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 4);
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 128);

/** Passes of one run; a gradient costs three. MMPS: D, then `iterations` gradients; ΠGDM: D and one gradient. */
const cost: Readonly<Record<string, (steps: number, iterations: number) => number>> = {
  mmps: (steps, iterations) => steps * (1 + 3 * iterations),
  pigdm: (steps) => steps * 4,
  ddnm: (steps) => steps,
};

const candidates: { solver: string; settings: TunedSettings }[] = [];
for (const sigmaMax of [0.5, 0.7, 1, 2]) {
  for (const sigmaMin of [0.025, 0.05, 0.1]) {
    for (const [steps, iterations] of [
      [8, 2],
      [6, 3],
      [4, 4],
    ]) {
      candidates.push({ solver: 'mmps', settings: { steps, sigmaMax, sigmaMin, eta: 1, method: { iterations } } });
    }
    candidates.push({ solver: 'pigdm', settings: { steps: 15, sigmaMax, sigmaMin } });
    candidates.push({ solver: 'ddnm', settings: { steps: 60, sigmaMax, sigmaMin } });
  }
}

const network = await shippedNetwork('photo');
const all = await inpaintingCases(CROP);
const pictures = [...new Set(all.map(({ picture }) => picture))].slice(0, PICTURES);
const cases = all.filter(({ picture }) => pictures.includes(picture));
const rows: { psnr: number; cells: (string | number)[] }[] = [];
for (const { solver, settings } of candidates) {
  const iterations = Number(settings.method?.['iterations'] ?? 1);
  const passes = cost[solver](settings.steps!, iterations);
  if (passes > BUDGET) continue;
  const resolved: SolverSettings = {
    ...resolveSampler(likelihoodMethod(solver).sampling, settings, {}),
    solver,
    method: settings.method ?? {},
  };
  let psnr = 0;
  for (const one of cases) psnr += (await scoreSolver(one, resolved, network)).psnr / cases.length;
  rows.push({ psnr, cells: [solver, JSON.stringify(settings), passes, psnr.toFixed(2)] });
  process.stderr.write(`${psnr.toFixed(2)} dB  ${solver} ${JSON.stringify(settings)}\n`);
}
await network.dispose();
rows.sort((a, b) => b.psnr - a.psnr);
process.stdout.write(
  `${table(
    ['solver', 'settings', 'passes', 'PSNR, dB'],
    rows.map(({ cells }) => cells),
  )}\n`,
);
