import { toLangevinError } from '../../../errors.ts';
import { fileSignature, readOnnxFile } from '../../../prior/adapt/file-signature.ts';
import { isFloating } from '../../../prior/differentiate/tensor-proto.ts';
import { describeMeaning, possibleMeanings, type Meaning, type TimeEvidence } from '../../../prior/identify/meaning.ts';
import { rankMeanings, type Ranking } from '../../../prior/identify/rank-meanings.ts';
import {
  calibrationSigmas,
  measureErrors,
  pixelVariance,
  usefulRange,
  type Calibration,
} from '../../../prior/identify/sigma-range.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { openOnnxBackend } from '../../../prior/onnx.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { tensor, zeros, type Tensor } from '../../../tensor/tensor.ts';
import { samplePictures } from '../import/sample-pictures.ts';
import type { FoundModel, ModelStore } from '../model-store.ts';
import type { ModelFinding } from './model-finding.ts';

/** Pictures of this size are tried, or of the one size that the network takes. */
const SIDE = 64;
/** A network that reaches this PSNR on the photographs, in dB, was trained for such pictures. */
const AT_HOME = 22;
/** Another meaning that denoises better by this, in dB, shows that the manifest's is wrong. */
const WRONG = 0.3;
/** The same of pictures that the network was not trained for. */
const WRONG_ABROAD = 1;
/** Below this they are the same. */
const ROUNDING = 0.02;

/** The pictures that a network is tried on: the middle of those given, or photographs that come with the program. */
export async function trialPictures(
  network: ScoreNetwork,
  given: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[],
): Promise<readonly Tensor[]> {
  const { manifest } = network;
  const side = Math.ceil(SIDE / manifest.stride) * manifest.stride;
  if (given.length === 0) return samplePictures(manifest.channels, network.fixedSize ?? [side, side]);
  return given.slice(0, 4).map(({ shape, data }) => middle(shape, data, side, side));
}

/** At most so many rows and columns, from the middle. */
function middle(
  [, channels, height, width]: readonly number[],
  data: Float32Array,
  mostRows: number,
  mostColumns: number,
): Tensor {
  const [rows, columns] = [Math.min(mostRows, height), Math.min(mostColumns, width)];
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1];
  const out = zeros([1, channels, rows, columns]);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) {
      const from = (c * height + top + i) * width + left;
      out.data.set(data.subarray(from, from + columns), (c * rows + i) * columns);
    }
  }
  return out;
}

/** Whether a meaning other than the manifest's makes a better denoiser of the file. */
export async function* checkMeaning(
  { manifest, folder }: FoundModel,
  store: ModelStore,
  pictures: readonly Tensor[],
  signal: AbortSignal,
): AsyncGenerator<ModelFinding> {
  if (manifest.format !== 'onnx') return;
  try {
    const { bytes, externalData } = await store.load(folder);
    const { backend, channels } = await openOnnxBackend(manifest, bytes, {
      provider: 'cpu',
      externalData,
      withoutGradients: true,
    });
    try {
      const stated = meaningOf(manifest);
      const others = possibleMeanings({}, evidenceOf(manifest, bytes));
      const single = channels === manifest.channels ? pictures : pictures.map(firstChannel);
      const [height, width] = backend.fixedSize ?? [Infinity, Infinity];
      const tried = single.slice(0, 2).map(({ shape, data }) => middle(shape, data, height, width));
      const own = { ...manifest, channels };
      const { ranked } = await rankMeanings(backend, own, [stated], tried, signal);
      const all = await rankMeanings(backend, own, others, tried, signal);
      yield verdict(stated, ranked[0].psnr, all);
    } finally {
      await backend.dispose();
    }
  } catch (error) {
    yield { check: 'meaning', level: 'error', message: toLangevinError(error).message };
  }
}

function verdict(stated: Meaning, psnr: number, { ranked, rival }: Ranking): ModelFinding {
  const own = `${describeMeaning(stated)}: ${psnr.toFixed(1)} dB on sample pictures`;
  const top = ranked.at(0)?.psnr ?? psnr;
  const better = ranked.find((other) => other.psnr > psnr + (top >= AT_HOME ? WRONG : WRONG_ABROAD));
  if (better === undefined) {
    // Where the best is the manifest's own, or as good as it, the next that gives another D counts.
    const best = ranked.at(0);
    const next = best !== undefined && best.psnr > psnr + ROUNDING ? best : rival;
    const margin = next === undefined ? '' : `; the best other meaning has ${next.psnr.toFixed(1)} dB`;
    return { check: 'meaning', level: 'ok', message: `${own}${margin}.` };
  }
  return {
    check: 'meaning',
    level: 'error',
    message:
      `${own}, but ${(better.psnr - psnr).toFixed(1)} dB more with ${describeMeaning(better.meaning)}. ` +
      'Time input, prediction or SDE of the manifest are probably wrong.',
  };
}

function meaningOf({ time, prediction, sde, range }: Manifest): Meaning {
  return { time, prediction, sde, ...(range && { range }) };
}

function evidenceOf(manifest: Manifest, bytes: Uint8Array): TimeEvidence {
  const { inputs } = fileSignature(readOnnxFile(manifest.file, bytes));
  const time = inputs.find(({ name }) => name === manifest.inputs.time);
  if (time === undefined) return { kind: manifest.time.kind === 'none' ? 'none' : 'map' };
  return { kind: isFloating(time.type) ? 'number' : 'integer' };
}

function firstChannel({ shape: [, , height, width], data }: Tensor): Tensor {
  return tensor([1, 1, height, width], data.slice(0, height * width));
}

/** Levels of the calibration that the network says it knows. */
export function testedSigmas({ manifest }: ScoreNetwork): number[] {
  const within = calibrationSigmas.filter((s) => s >= manifest.sigmaMin / 1.01 && s <= manifest.sigmaMax * 1.01);
  return within.length > 0 ? within : [manifest.sigmaMin, manifest.sigmaMax];
}

/** How well D denoises at every level, in PSNR, beside the shipped network; and at which levels it is of use. */
export async function checkValues(
  network: ScoreNetwork,
  pictures: readonly Tensor[],
  shipped: Calibration | undefined,
  signal: AbortSignal,
): Promise<ModelFinding> {
  const errors = await measureErrors(network, pictures, testedSigmas(network), signal);
  const range = usefulRange(errors, pixelVariance(pictures));
  const decibels = (mse: number): string => (-10 * Math.log10(mse / 4)).toFixed(1);
  const rows = errors.sigma.map((sigma, i) => {
    const beside = shipped === undefined ? '' : ` (${decibels(shipped.mse[i])})`;
    return `${sigma}: ${decibels(errors.mse[i])}${beside}`;
  });
  const legend = shipped === undefined ? '' : ', in brackets the shipped photo network';
  const table = `PSNR of D in dB by σ${legend}: ${rows.join(', ')}.`;
  if (range === undefined) {
    const message = `It takes noise away at no level. Time input, prediction or SDE of the manifest are probably wrong. ${table}`;
    return { check: 'values', level: 'error', message };
  }
  const [low, high] = [errors.sigma[0], errors.sigma[errors.sigma.length - 1]];
  const isWhole = range.min <= low * 3 && range.max >= high / 3;
  const where = `It denoises from σ = ${range.min} to ${range.max}`;
  return isWhole
    ? { check: 'values', level: 'ok', message: `${where}. ${table}` }
    : {
        check: 'values',
        level: 'warning',
        message: `${where}, less than the manifest's ${network.manifest.sigmaMin} to ${network.manifest.sigmaMax}. ${table}`,
      };
}
