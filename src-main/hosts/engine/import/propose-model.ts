import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { LangevinError, throwIfCancelled, toLangevinError } from '../../../errors.ts';
import { adaptNetwork, type AdaptedNetwork } from '../../../prior/adapt/adapt-network.ts';
import { fileSignature, readOnnxFile } from '../../../prior/adapt/file-signature.ts';
import { mostPixelsWithin } from '../../../prior/allocation-budget.ts';
import { differentiate } from '../../../prior/differentiate/differentiate.ts';
import {
  externalDataOf,
  externalLocations,
  type ExternalDataSource,
} from '../../../prior/differentiate/external-data.ts';
import { largestTensor, totalOf } from '../../../prior/differentiate/largest-tensor.ts';
import { splitPasses } from '../../../prior/differentiate/split-passes.ts';
import { vjpNames } from '../../../prior/differentiate/vjp-interface.ts';
import {
  describeMeaning,
  possibleMeanings,
  sigmasOf,
  type KnownMeaning,
  type Meaning,
} from '../../../prior/identify/meaning.ts';
import { rankMeanings, type Ranking } from '../../../prior/identify/rank-meanings.ts';
import { parseManifest, type Manifest } from '../../../prior/manifest.ts';
import { openOnnxBackend } from '../../../prior/onnx.ts';
import type { ExternalData } from '../../../prior/derive-gradients.ts';
import type { NetworkBackend } from '../../../prior/sigma-space.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import type { ModelFinding } from '../jobs/model-finding.ts';
import { readModelFile, WEIGHTS_LIMIT } from '../model-file.ts';
import { readRoles, type FileRoles } from './file-roles.ts';
import type { FoundNetwork } from './find-network.ts';
import type { KnownFacts } from './network-facts.ts';
import { fitSizes } from './probe-sizes.ts';
import { samplePictures } from './sample-pictures.ts';

/** A manifest for a network file, and the files that it needs. */
export interface ProposedModel {
  readonly manifest: Manifest;
  readonly files: readonly ExternalData[];
}

/** A meaning that takes less noise away than this, in dB, is none. */
const LEAST_GAIN = 1;
/** Meanings closer than this, in dB, are left to the user; the noise is the same for all, so that little tells them apart. */
const NEAR_TIE = 0.1;
/** Colours exchanged change little; of two numbers under the same noise, the sign tells. */
const ORDER_TIE = 0.02;
/** What a tensor of a tile may take, bytes: attention at full resolution fills the memory long before a tile is large. */
const TILE_BUDGET = 2 ** 29;
/** What all activations together may take that a gradient of a tile keeps, bytes; the shipped networks keep .6 GB of 512². */
const GRADIENT_BUDGET = 2 ** 32;
/** Pictures that networks of any size are tried on. */
const TRIAL_SIDE = 64;

/**
 * Finds out what a network file means: from its inputs and outputs, the files beside it, and what is told; what is left is
 * measured, by how well the network denoises photographs under each meaning.
 * @throws invalid-manifest where no meaning denoises, or two do equally well
 */
export async function* proposeModel(
  found: FoundNetwork,
  facts: KnownFacts,
  signal: AbortSignal,
): AsyncGenerator<ModelFinding, ProposedModel> {
  const { file, bytes, hints } = found;
  const model = readOnnxFile(file, bytes);
  const signature = fileSignature(model);
  const roles = readRoles(file, model, signature, { ...facts, nullClass: facts.nullClass ?? hints.nullClass });
  const externalData = await readExternal(found, externalLocations(model.graph!));
  for (const note of roles.notes) yield { check: 'meaning', level: 'ok', message: note };
  if (found.readBeside.length > 0) {
    yield { check: 'meaning', level: 'ok', message: `Read beside it: ${found.readBeside.join(', ')}.` };
  }
  for (const note of hints.notes) yield { check: 'meaning', level: 'warning', message: `Of its files: ${note}.` };

  const known = knownMeaning(facts, hints.meaning, roles);
  let best: Candidate | undefined;
  const problems: unknown[] = [];
  for (const output of roles.outputs) {
    throwIfCancelled(signal);
    try {
      const candidate = await tryOutput(found, facts, roles, output.name, known, externalData, signal);
      if (best === undefined || candidate.ranking.ranked[0].psnr > best.ranking.ranked[0].psnr) best = candidate;
    } catch (error) {
      problems.push(error);
    }
  }
  if (best === undefined) throw problems[0];
  const { described, ranking } = best;
  const [winner] = ranking.ranked;
  decide(file, ranking);
  const margin = Number.isFinite(ranking.margin) ? `, ${ranking.margin.toFixed(1)} dB better than any other` : '';
  yield {
    check: 'meaning',
    level: 'ok',
    message: `${describeMeaning(winner.meaning)}: takes ${winner.gain.toFixed(1)} dB of noise away${margin}.`,
  };
  if (roles.outputs.length > 1) {
    yield { check: 'meaning', level: 'ok', message: `Of its outputs, "${described.output}" is the one that denoises.` };
  }
  if (described.channelOrder === 'bgr') {
    yield { check: 'meaning', level: 'ok', message: 'Its colours are in the order blue, green, red.' };
  }
  if (described.fixedSize ?? best.fixedSize) {
    const [height, width] = described.fixedSize ?? best.fixedSize ?? [0, 0];
    yield {
      check: 'meaning',
      level: 'ok',
      message: `It takes pictures of ${width} × ${height} only; others are tiled.`,
    };
  }
  const { range: _, ...unranged } = described;
  const manifest = parseManifest({ ...unranged, ...winner.meaning, ...levels(facts, found, winner.meaning) }, file);
  return { manifest: withTile(manifest, bytes, externalData), files: [{ path: file, data: bytes }, ...externalData] };
}

interface Candidate {
  readonly described: Manifest;
  readonly ranking: Ranking;
  readonly fixedSize: readonly [number, number] | undefined;
}

async function tryOutput(
  found: FoundNetwork,
  facts: KnownFacts,
  roles: FileRoles,
  output: string,
  known: KnownMeaning,
  externalData: readonly ExternalData[],
  signal: AbortSignal,
): Promise<Candidate> {
  const meanings = possibleMeanings(known, roles.evidence);
  if (meanings.length === 0) {
    throw new LangevinError(
      'invalid-manifest',
      `What is said of ${found.file} does not go together: ${JSON.stringify(known)}. Leave out what you are not sure of; it ` +
        'is measured then.',
    );
  }
  const first = describe(found, facts, roles, output, meanings[0], externalData);
  const open = (manifest: Manifest) =>
    openOnnxBackend(manifest, found.bytes, { provider: 'cpu', externalData, withoutGradients: true });
  const { manifest, opened } = await fitSizes(first, open, facts.stride ?? found.hints.stride);
  const { backend, channels } = opened;
  try {
    const side = Math.ceil(TRIAL_SIDE / manifest.stride) * manifest.stride;
    const size = backend.fixedSize ?? [side, side];
    const pictures = await samplePictures(channels, size);
    const own = { ...manifest, channels };
    const ranking = await rankMeanings(backend, own, meanings, pictures.slice(0, 2), signal);
    const isBgr = await prefersBgr(backend, own, facts, ranking.ranked[0].meaning, pictures, signal);
    const described: Manifest = isBgr ? { ...manifest, channelOrder: 'bgr' } : manifest;
    return { described, ranking, fixedSize: backend.fixedSize };
  } finally {
    await backend.dispose();
  }
}

/** Whether the network denoises better when red and blue are exchanged. */
async function prefersBgr(
  backend: NetworkBackend,
  manifest: Manifest,
  facts: KnownFacts,
  meaning: Meaning,
  pictures: readonly Tensor[],
  signal: AbortSignal,
): Promise<boolean> {
  if (manifest.channels === 1 || facts.channelOrder !== undefined) return false;
  const exchanged = pictures.map(({ shape, data }) => {
    const plane = shape[2] * shape[3];
    const [red, green, blue] = [0, 1, 2].map((c) => data.subarray(c * plane, (c + 1) * plane));
    const out = new Float32Array(data.length);
    [blue, green, red].forEach((channel, c) => out.set(channel, c * plane));
    return { shape, data: out };
  });
  const [rgb, bgr] = [
    await rankMeanings(backend, manifest, [meaning], pictures, signal),
    await rankMeanings(backend, manifest, [meaning], exchanged, signal),
  ];
  return bgr.ranked[0].psnr > rgb.ranked[0].psnr + ORDER_TIE;
}

/** @throws invalid-manifest */
function decide(file: string, { ranked: [winner], rival, margin }: Ranking): void {
  if (winner.gain < LEAST_GAIN) {
    throw new LangevinError(
      'invalid-manifest',
      `${file} denoises under no meaning that Langevin knows and that agrees with what is said of it: the best (` +
        `${describeMeaning(winner.meaning)}) takes ${winner.gain.toFixed(1)} dB of noise away. Is it trained, and for ` +
        'pictures? A meaning of its own can be told with --time, --prediction, --sde and --range.',
    );
  }
  if (rival === undefined || margin >= NEAR_TIE) return;
  throw new LangevinError(
    'invalid-manifest',
    `${file} denoises almost equally well under two meanings: ${describeMeaning(winner.meaning)} (${winner.psnr.toFixed(2)} ` +
      `dB), and ${describeMeaning(rival.meaning)} (${rival.psnr.toFixed(2)} dB). Say which it is with ${differing(winner.meaning, rival.meaning)}.`,
  );
}

function differing(a: Meaning, b: Meaning): string {
  const flags = (['time', 'prediction', 'sde', 'range'] as const).filter(
    (key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
  return flags.map((flag) => `--${flag}`).join(' or ');
}

function knownMeaning(facts: KnownFacts, hints: KnownMeaning, { evidence }: FileRoles): KnownMeaning {
  const { time, prediction, sde, range } = facts;
  const told = { time, prediction, sde, range };
  const asked = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as KnownMeaning;
  // A file without an input for the time has no use for what a scheduler says of it.
  const usable = evidence.kind === 'none' || evidence.kind === 'map' ? {} : hints;
  return { ...usable, ...asked };
}

/** Everything but what it means, and how large its tiles may be. */
function describe(
  { file, bytes, suggestedName, hints }: FoundNetwork,
  facts: KnownFacts,
  roles: FileRoles,
  output: string,
  meaning: Meaning,
  externalData: readonly ExternalData[],
): Manifest {
  const { name = suggestedName, title = name, version, licence, receptiveField, channelOrder, colourBy } = facts;
  const { extraInputs, classLabels, layout, channels } = roles;
  return parseManifest(
    {
      schema: 1,
      name,
      title,
      version,
      licence,
      format: 'onnx',
      file,
      sha256: sha256(bytes),
      externalFiles: externalData.map(({ path, data }) => ({ file: path, sha256: sha256(data) })),
      ...(hints.sampleSize === undefined ? {} : { size: [hints.sampleSize, hints.sampleSize] }),
      channels,
      stride: facts.stride ?? hints.stride ?? 16,
      receptiveField,
      inputs: { x: roles.x.name, ...(roles.time === undefined ? {} : { time: roles.time.name }) },
      output,
      ...(Object.keys(extraInputs).length === 0 ? {} : { extraInputs }),
      ...(classLabels === undefined ? {} : { classLabels }),
      ...(layout === 'nhwc' ? { layout } : {}),
      ...(channelOrder === 'bgr' ? { channelOrder } : {}),
      ...(colourBy === 'luma' ? { colourBy } : {}),
      ...meaning,
      ...levels(facts, { hints }, meaning),
    },
    file,
  );
}

/** What is told of σ, or said by its files, or follows from its meaning. */
function levels(
  facts: KnownFacts,
  { hints }: Pick<FoundNetwork, 'hints'>,
  meaning: Meaning,
): Pick<Manifest, 'sigmaMin' | 'sigmaMax' | 'sigmaData' | 'clip'> {
  const own = sigmasOf(meaning);
  return {
    sigmaMin: facts.sigmaMin ?? hints.sigmaMin ?? own?.min ?? 0.002,
    sigmaMax: facts.sigmaMax ?? hints.sigmaMax ?? own?.max ?? 80,
    sigmaData: facts.sigmaData ?? hints.sigmaData ?? 0.5,
    ...(hints.clip === undefined ? {} : { clip: hints.clip }),
  };
}

/** The largest tile whose tensors stay within the budgets, by the shapes in the file. */
function withTile(manifest: Manifest, bytes: Uint8Array, externalData: readonly ExternalData[]): Manifest {
  const adapted = adaptNetwork(manifest, bytes);
  if (adapted.fixedSize !== undefined) return manifest;
  const { channels, inputs, bytes: model } = adapted;
  const source = externalDataOf(manifest.name, externalData);
  const within = [
    mostPixelsWithin(
      TILE_BUDGET,
      largestTensor(model, adapted, [inputs.x], channels, source),
      manifest.stride,
      () => 1,
    ),
    gradientPixels(adapted, manifest.stride, source),
  ].filter((pixels) => pixels !== undefined);
  const side = Math.floor(Math.sqrt(Math.min(...within)));
  return side >= 512 || side < 8 ? manifest : { ...manifest, largestTile: side };
}

/** Most pixels for what a gradient keeps to stay within its budget; undefined where any do, or there is no gradient. */
function gradientPixels(
  { bytes, inputs, output, channels }: AdaptedNetwork,
  stride: number,
  externalData: ExternalDataSource,
): number | undefined {
  const names = vjpNames({ inputs, output });
  let derived: Uint8Array;
  try {
    derived = differentiate(bytes, { inputs, output, stride, externalData });
  } catch (error) {
    if (['unsupported-operator', 'unsupported-combination'].includes(toLangevinError(error).code)) return undefined;
    throw error;
  }
  const { kept } = splitPasses(derived, names);
  const total = totalOf(kept, derived, { inputs, output }, [inputs.x, names.v], channels);
  return mostPixelsWithin(GRADIENT_BUDGET, total, stride, () => 1);
}

async function readExternal({ folder }: FoundNetwork, locations: readonly string[]): Promise<ExternalData[]> {
  const files: ExternalData[] = [];
  for (const path of locations) {
    const data = await readModelFile(folder, path, WEIGHTS_LIMIT);
    if (data === undefined) {
      throw new LangevinError('file-not-found', `There is no file ${join(folder, path)}. Check the path.`);
    }
    files.push({ path, data });
  }
  return files;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
