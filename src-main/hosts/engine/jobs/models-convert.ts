import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileBytes } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { externalDataOf } from '../../../prior/differentiate/external-data.ts';
import { manifestSchema, parseManifest, type Manifest } from '../../../prior/manifest.ts';
import { adaptNetwork } from '../../../prior/adapt/adapt-network.ts';
import { createOnnxNetwork } from '../../../prior/onnx.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { convertToTfjs } from '../../../prior/tfjs/convert/convert.ts';
import { loadTfjs } from '../../../prior/tfjs/runtime.ts';
import { createTfjsNetwork } from '../../../prior/tfjs.ts';
import { BatchRandom } from '../../../tensor/random.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import type { JobHandler } from '../job-registry.ts';
import { readModelFile, TEXT_LIMIT } from '../model-file.ts';
import type { LoadedModel } from '../model-store.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

const request = z.strictObject({
  model: z.string().min(1),
  /** Name of the converted model. */
  name: manifestSchema.shape.name,
});
export type ModelsConvertRequest = z.input<typeof request>;

/** A converted model, checked against the one it was made from. */
export interface ModelsConvertReport {
  /** Everything that belongs into the model's folder. */
  readonly files: readonly FileBytes[];
  /** Largest |ΔD| and |Δ Jᵀv|, v standard normal, over four noise levels. */
  readonly differences: { readonly denoised: number; readonly vjp: number };
  /** What computed the converted network. */
  readonly backend: string;
}

/** What a conversion may differ from ONNX Runtime by: float32 sums in another order make less than a tenth of it. */
const tolerance = { denoised: 1e-4, vjp: 1e-3 };

/**
 * Job `models-convert`: a TensorFlow.js graph model with the weights of an ONNX model. The result is run and compared
 * with ONNX Runtime before it is handed over.
 */
export function modelsConvertJob({ store, gradientCache }: EngineServices): JobHandler {
  // eslint-disable-next-line require-yield -- a job without events
  return async function* (payload) {
    const { model, name } = parseJob(request, payload, 'models-convert');
    const loaded = await store.load(model);
    const { manifest: source, bytes, externalData, folder } = loaded;
    if (source.format !== 'onnx') {
      throw new LangevinError(
        'unsupported-combination',
        `The model ${source.name} has the format ${source.format}; only models of the format onnx are converted.`,
      );
    }
    if (adaptNetwork(source, bytes).key !== '') {
      throw new LangevinError(
        'unsupported-combination',
        `The model ${source.name} runs behind an adapter (its file takes other types, sizes or inputs than a picture and a ` +
          'noise level), which TensorFlow.js form has not. Export the network with float32 inputs of free size.',
      );
    }
    const { json, weightsFile, weights } = convert(loaded);
    const modelJson = new TextEncoder().encode(json);
    const manifest = parseManifest(
      {
        ...source,
        name,
        title: `${source.title}, in TensorFlow.js form`,
        format: 'tfjs-graph',
        file: 'model.json',
        sha256: sha256(modelJson),
        externalFiles: [{ file: weightsFile, sha256: sha256(weights) }],
      },
      'the converted model',
    );
    const { network } = await createTfjsNetwork(manifest, modelJson, [{ path: weightsFile, data: weights }]);
    const onnx = await createOnnxNetwork(source, bytes, { provider: 'cpu', externalData, gradientCache });
    const differences = await compare(onnx, network);
    await Promise.all([onnx.dispose(), network.dispose()]);
    if (!(differences.denoised <= tolerance.denoised && differences.vjp <= tolerance.vjp)) {
      throw new LangevinError(
        'internal',
        `The converted network answers ${differences.denoised.toPrecision(2)} (gradients ${differences.vjp.toPrecision(2)}) ` +
          `away from ONNX Runtime, where ${tolerance.denoised} (${tolerance.vjp}) is allowed. Please report this model.`,
      );
    }
    const card = await readModelFile(folder, 'CARD.md', TEXT_LIMIT);
    const text = (name: string, content: string): FileBytes => ({ name, bytes: new TextEncoder().encode(content) });
    return {
      files: [
        { name: 'model.json', bytes: modelJson },
        { name: weightsFile, bytes: weights },
        text('manifest.json', `${JSON.stringify(manifest, undefined, 2)}\n`),
        text('CARD.md', convertedCard(manifest, source, differences, card && new TextDecoder().decode(card))),
      ],
      differences,
      backend: (await loadTfjs()).description,
    } satisfies ModelsConvertReport;
  };
}

function convert({ manifest, bytes, externalData }: LoadedModel): ReturnType<typeof convertToTfjs> {
  return convertToTfjs(bytes, {
    inputs: manifest.inputs,
    output: manifest.output,
    stride: manifest.stride,
    channels: manifest.channels,
    externalData: externalDataOf(manifest.name, externalData),
  });
}

/** Both networks on noise of the strength that belongs to four levels, at a size that is no multiple of the stride. */
async function compare(onnx: ScoreNetwork, tfjs: ScoreNetwork): Promise<ModelsConvertReport['differences']> {
  const sigma = Float32Array.of(0.02, 0.3, 4, 60);
  const { channels, sigmaData } = onnx.manifest;
  const draw = (seed: number): Tensor => BatchRandom.seeded(seed, 4).normal([4, channels, 40, 56]);
  const z = draw(1);
  const size = z.data.length / 4;
  const x = { ...z, data: z.data.map((value, i) => value * Math.hypot(sigmaData, sigma[Math.floor(i / size)])) };
  const v = draw(2);
  if (onnx.vjp === undefined || tfjs.vjp === undefined) {
    const [a, b] = [await onnx.denoise(x, sigma), await tfjs.denoise(x, sigma)];
    return { denoised: largestDifference(a, b), vjp: NaN };
  }
  const [a, b] = [await onnx.vjp(x, sigma, v), await tfjs.vjp(x, sigma, v)];
  return { denoised: largestDifference(a.denoised, b.denoised), vjp: largestDifference(a.vjp, b.vjp) };
}

function largestDifference(a: Tensor, b: Tensor): number {
  return a.data.reduce((max, value, i) => {
    const difference = Math.abs(value - b.data[i]);
    // A difference that is not a number stays the largest.
    return difference > max || Number.isNaN(difference) ? difference : max;
  }, 0);
}

function convertedCard(
  manifest: Manifest,
  source: Manifest,
  { denoised, vjp }: ModelsConvertReport['differences'],
  card: string | undefined,
): string {
  const paragraphs = [
    `# ${manifest.name}, version ${manifest.version}`,
    `The network \`${source.name}\`, version ${source.version}, as a TensorFlow.js graph model with the same float32 ` +
      `weights; pictures are [n, h, w, ${source.channels}] inside. Made by ` +
      `\`langevin models convert ${source.name} --to tfjs\`, from a file with the sha256 \`${source.sha256}\`.`,
    `Largest differences from ONNX Runtime at noise levels from 0.02 to 60: D ${denoised.toExponential(1)}, ` +
      `vector–Jacobian product ${vjp.toExponential(1)}.`,
    ...(card === undefined ? [] : ['All the rest is as the card of the source says:', card.trimEnd()]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
