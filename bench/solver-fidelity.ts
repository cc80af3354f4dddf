import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LikelihoodMethod } from '../src-main/likelihood/likelihood.ts';
import { applicableMethods, likelihoodMethod, likelihoods } from '../src-main/likelihood/registry.ts';
import { countingNetwork } from '../src-main/prior/counting.ts';
import { gaussianPrior, stationaryCovariance } from '../test/fixtures/analytic-prior.ts';
import {
  compareWithPosterior,
  drawPosterior,
  measure,
  type PosteriorFidelity,
  type SamplingChoice,
} from '../test/fixtures/posterior-run.ts';
import { smallOperators, type OperatorCase } from '../test/fixtures/small-operators.ts';
import { table } from './report.ts';
import { ROOT } from './shipped-network.ts';

/**
 * How far each solver's samples are from the exact posterior, on a prior where that is known: docs/solvers.md. Nothing
 * in it depends on the machine or the time.
 */
const PICTURES = 4;
const REPEATS = 32;
/** Without noise these leave nothing to draw. */
const INVERTIBLE = ['identity', 'blur'];

/** A solver with its own sampling defaults, except where so many levels would take long and say no more than these. */
interface Row {
  readonly label: string;
  readonly method: string;
  readonly options?: object;
  readonly sampling?: SamplingChoice;
}
const shortened: Record<string, SamplingChoice> = {
  projection: { steps: 100 },
  ald: { steps: 100 },
  daps: { steps: 50 },
};
const rows: readonly Row[] = [
  ...[...likelihoods.keys()].map((method) => ({ label: method, method, sampling: shortened[method] ?? {} })),
  {
    label: 'mmps, 20 iterations, heun',
    method: 'mmps',
    options: { iterations: 20, clip: null },
    sampling: { predictor: 'heun', steps: 30, sigmaMax: 20, sigmaMin: 0.01 },
  },
];

interface Result extends PosteriorFidelity {
  readonly nfe: number;
  readonly vjps: number;
}

async function run(row: Row, { operator, shape }: OperatorCase, relativeNoise: number): Promise<Result | undefined> {
  const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
  const network = countingNetwork(prior);
  const sigmaY = relativeNoise * operator.norm;
  if (!applicableMethods({ operator, sigmaY }, network).includes(row.method)) return undefined;
  const measurement = measure(prior, operator, sigmaY, PICTURES, REPEATS);
  const { method, options = {}, sampling = {} } = row;
  const samples = await drawPosterior({ method, measurement, network, options, sampling });
  return { ...compareWithPosterior(prior, measurement, REPEATS, samples), nfe: network.nfe, vjps: network.vjps };
}

function cells(result: Result | undefined): string[] {
  if (result === undefined) return ['–', '–', '–'];
  return [result.meanError, result.varianceRatio, result.misfit].map((value) => value.toFixed(2));
}

async function section(example: OperatorCase): Promise<string> {
  const lines: (string | number)[][] = [];
  for (const row of rows) {
    const clean = INVERTIBLE.includes(example.label) ? undefined : await run(row, example, 0);
    const noisy = await run(row, example, 0.2);
    const cost = noisy ?? clean;
    if (cost === undefined) continue;
    lines.push([row.label, ...cells(clean), ...cells(noisy), cost.nfe, cost.vjps]);
    process.stderr.write(`${example.label}: ${row.label} done\n`);
  }
  const [c, h, w] = example.shape;
  const head = ['solver', 'mean error', 'variance ratio', 'misfit', 'noisy: mean error', 'variance ratio', 'misfit'];
  return `### ${example.label} (${c} × ${h} × ${w})\n\n${table([...head, 'NFE', 'gradients'], lines)}\n`;
}

function needsOf({ needs }: LikelihoodMethod): string {
  const parts = [
    ...(needs.vjp ? ['network gradient'] : []),
    ...(needs.spectrum ? ['singular value decomposition'] : []),
    ...(needs.operators !== undefined ? [`only ${needs.operators.join(', ')}`] : []),
    ...(needs.noiselessOnly ? ['σ_y = 0'] : []),
  ];
  return parts.join('; ') || 'any linear operator';
}

const overview = table(
  ['solver', 'method', 'source', 'needs', 'default sampling'],
  [...likelihoods.keys()].map((name) => {
    const method = likelihoodMethod(name);
    const { predictor, eta, corrector, steps, sigmaMax } = method.sampling;
    const parts = [predictor, eta === undefined ? undefined : `η ${+eta.toFixed(2)}`, corrector];
    const update = parts.filter((part) => part !== undefined).join(', ') || 'its own update';
    return [name, method.title, method.source, needsOf(method), `${update}; ${steps} levels from σ ${sigmaMax}`];
  }),
);

const sections: string[] = [];
for (const example of smallOperators(6)) sections.push(await section(example));

await mkdir(join(ROOT, 'docs'), { recursive: true });
await writeFile(
  join(ROOT, 'docs/solvers.md'),
  `# Solvers

Made by \`npm run bench -- solver-fidelity\` from the registry of likelihoods; the same numbers on every machine.

${overview}

Tasks choose their own levels and options where that serves them better (\`src-main/restore\`); these are the
methods' own.

## How near to the posterior

The prior is Gaussian on small pictures: mean 0.1, variance 0.25, correlation exp(−distance/2), 0.8 between channels. Its
denoiser and gradient are exact, and so is the posterior of every measurement, so what is left is the method's own
approximation, and the error of its finite number of levels. ${PICTURES} pictures, ${REPEATS} samples of each, at the method's default sampling
(projection and ald with 100
levels, daps with 50).

* **mean error**: distance of the samples' mean from the posterior's, in standard deviations of the posterior, root mean
  square over pixels, sampling error taken off; below about 0.05 it is not told from 0.
* **variance ratio**: total variance of the samples over the posterior's; 1 is right, below 1 too sure of itself.
* **misfit**: root mean square of A x − y over that of exact samples; without noise over ‖A‖σ_d, 0 is right.
* **NFE**: evaluations of the network a sample. **Gradients**: vector–Jacobian products, about one pass each beside the
  evaluation whose activations they use (where those are kept, src-main/prior/onnx.ts; otherwise two).

The first three columns are without noise, the next three with σ_y = 0.2 ‖A‖. – where the method does not apply,
or, for identity and blur, where a measurement without noise leaves nothing to draw.
\`mmps, 20 iterations, heun\` shows that MMPS is exact when its system is solved and the probability flow followed
closely; at its defaults (η = 1, few levels) it aims at the posterior's mean, and its samples vary too little. The same
holds of ΠGDM. A ratio near 0 marks a point estimate.

${sections.join('\n')}`,
);
