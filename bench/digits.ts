import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { guidedNetwork } from '../src-main/likelihood/classifier-guidance.ts';
import { createClassifier } from '../src-main/prior/classifier.ts';
import { countingNetwork } from '../src-main/prior/counting.ts';
import { parseManifest } from '../src-main/prior/manifest.ts';
import { createOnnxNetwork } from '../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { tensorToPicture } from '../src-main/restore/picture-tensor.ts';
import { resolveSampler } from '../src-main/restore/settings.ts';
import { sampleUnconditionally } from '../src-main/restore/solve.ts';
import { UNCONDITIONAL } from '../src-main/restore/tuned.ts';
import type { AskedSampler } from '../src-main/restore/unused-options.ts';
import { compareSets, randomFeatures } from '../src-main/sampling/set-distance.ts';
import { BatchRandom } from '../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../src-main/tensor/tensor.ts';
import { writeSection, table } from './report.ts';
import { ROOT } from './shipped-network.ts';

/**
 * Digits drawn with and without guidance, judged by a support vector machine (training/digits/judge.py), and what samplers
 * make of equal numbers of passes, by the distance of docs/sample-quality.md. Needs Python with scikit-learn and PyTorch.
 */
const PYTHON = process.env['LANGEVIN_PYTHON'] ?? 'python3';
const PER_CLASS = Number(process.env['LANGEVIN_BENCH_SAMPLES'] ?? 10);
const SET = 10 * PER_CLASS;
const PASSES = 32;

const folder = join(ROOT, 'models/digits');
const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')), folder);
const network = await createOnnxNetwork(manifest, await readFile(join(folder, manifest.file)), {
  provider: 'cpu',
  threads: 1,
});
const classifier = await createClassifier('digits', await readFile(join(folder, manifest.classifier!.file)), {
  provider: 'cpu',
  threads: 1,
});
const work = await mkdtemp(join(tmpdir(), 'langevin-digits-'));

function python(module: string, ...args: string[]): string {
  const run = spawnSync(PYTHON, ['-m', module, ...args], { cwd: join(ROOT, 'training'), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${PYTHON} -m ${module} failed: ${run.stderr || String(run.error)}`);
  return run.stdout;
}

async function draw(prior: ScoreNetwork, sample: number, asked: AskedSampler): Promise<{ x: Tensor; nfe: number }> {
  const counted = countingNetwork(prior);
  const run = sampleUnconditionally({
    network: counted,
    settings: resolveSampler({}, UNCONDITIONAL, asked),
    shape: [1, 28, 28],
    random: BatchRandom.seeded(1, 1, sample),
  });
  for (;;) {
    const next = await run.next();
    if (next.done) return { x: next.value, nfe: counted.nfe };
  }
}

const judged: (string | number)[][] = [];
for (const scale of [0, 1, 2, 4]) {
  const out = join(work, `guided-${scale}`);
  await mkdir(out);
  for (let sample = 0; sample < SET; sample++) {
    const wanted = Math.floor(sample / PER_CLASS);
    const prior = guidedNetwork(network, { classifier, class: wanted, scale });
    const { x } = await draw(prior, sample, { steps: 20 });
    const name = `sample-${`${sample + 1}`.padStart(4, '0')}.png`;
    await writeFile(join(out, name), await encodePicture(tensorToPicture(x), { format: 'png' }));
  }
  const result = JSON.parse(python('digits.judge', out, `${PER_CLASS}`)) as {
    accuracy: number;
    held_out_accuracy: number;
    by_class: number[];
  };
  judged.push([scale, `${(100 * result.accuracy).toFixed(1)} %`, ...result.by_class.map((share) => share.toFixed(2))]);
  if (scale === 0) process.stderr.write(`the judge on held-out digits: ${result.held_out_accuracy}\n`);
  process.stderr.write(`guidance ${scale}: ${result.accuracy}\n`);
}

/** The held-out digits, and as many of the others. */
async function digitSet(name: string, ...more: string[]): Promise<Float64Array[]> {
  const out = join(work, name);
  python('digits.data', out, ...more);
  const files = (await readdir(out)).sort();
  const every = Math.max(1, Math.floor(files.length / SET));
  const vectors: Float64Array[] = [];
  for (const [i, file] of files.entries()) {
    if (i % every !== 0 || vectors.length >= SET) continue;
    const { data } = await decodePicture(await readFile(join(out, file)), file);
    vectors.push(...randomFeatures({ shape: [1, 1, 28, 28], data: Float32Array.from(data, (v) => v / 127.5 - 1) }));
  }
  return vectors;
}

const real = await digitSet('held-out', 'held-out');
const rows: (string | number)[][] = [];
const note = (label: string, passes: string | number, drawn: readonly Float64Array[]): void => {
  const { distance, precision, recall } = compareSets(real, drawn);
  rows.push([label, passes, distance.toFixed(3), precision.toFixed(2), recall.toFixed(2)]);
  process.stderr.write(`${label}: ${distance.toFixed(3)}\n`);
};
note('other real digits', '–', await digitSet('train'));
const samplers: readonly [string, AskedSampler][] = [
  ['heun', { predictor: 'heun', steps: PASSES / 2 }],
  ['dpm++2m', { predictor: 'dpm++2m', steps: PASSES }],
  ['euler (= ddim, η 0)', { predictor: 'euler', steps: PASSES }],
  ['ddim, η 1', { predictor: 'ddim', eta: 1, steps: PASSES }],
  ['ancestral', { predictor: 'ancestral', steps: PASSES }],
  ['euler-maruyama', { predictor: 'euler-maruyama', steps: PASSES }],
  ['reverse-diffusion + langevin', { predictor: 'reverse-diffusion', corrector: 'langevin', steps: PASSES / 2 }],
  ['rk45, 1e-2', { predictor: 'rk45', steps: 2, rtol: 1e-2, atol: 1e-2 }],
];
for (const [label, asked] of samplers) {
  const all = zeros([SET, 1, 28, 28]);
  let passes = 0;
  for (let sample = 0; sample < SET; sample++) {
    const { x, nfe } = await draw(network, 10_000 + sample, asked);
    all.data.set(x.data, sample * 28 * 28);
    passes += nfe / SET;
  }
  note(label, Math.round(passes), randomFeatures(all));
}
await classifier.dispose();
await network.dispose();
await rm(work, { recursive: true });

await writeSection(
  'digits',
  `${PER_CLASS} digits of each class drawn with \`models/digits\`, Heun, 20 levels, and what a support vector machine on 8 × 8
pixels, which shares nothing with the networks, takes for that class. Scale 0 draws without guidance.

${table(['guidance', 'right', ...Array.from({ length: 10 }, (_, k) => `${k}`)], judged)}`,
  'docs/sample-quality.md',
);
await writeSection(
  'samplers',
  `${SET} digits of each sampler at about ${PASSES} passes, against ${real.length} digits that were not trained on.

${table(['sampler', 'passes', 'distance', 'precision', 'recall'], rows)}`,
  'docs/sample-quality.md',
);
