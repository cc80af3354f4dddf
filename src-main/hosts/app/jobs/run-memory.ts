import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { enlargementOf } from '../../../contract/restore-options.ts';
import { networkMemory, tileSide, type NetworkMemory } from '../../../prior/network-memory.ts';
import type { ModelStore } from '../../engine/model-store.ts';

/** By the network's sha256: finding out takes a tenth of a second for ten million weights. */
const known = new Map<string, Promise<NetworkMemory>>();

/** Of a process that has decoded and run something small, with ONNX Runtime, bytes; measured as the rest. */
const PROCESS = 330e6;
/** What differentiating a network leaves in it. */
const DIFFERENTIATED = 100e6;
/** Of each sample of a picture: as decoded, as it is restored and as it is encoded; see `bench -- area`. */
const BYTES_PER_SAMPLE = 7;
/** float32 arrays of a window that a solver and its likelihood hold at a time. */
const ARRAYS_OF_A_WINDOW = 12;

interface RunOfSize {
  /** As stored. */
  readonly width: number;
  readonly height: number;
  readonly options: RestoreOptions;
  readonly model: string;
}

/**
 * What the process that restores a picture takes at most, bytes: itself, the picture, the arrays of its largest window and
 * the network with what a pass of its largest tile keeps; `npm run bench -- run-memory` compares it with what processes take.
 * @param largestWindow  pixels; 0 where no network runs.
 * @param usesGradient   whether the solver needs the product with the network's Jacobian.
 * @returns undefined for networks that are not in ONNX form
 * @throws what `ModelStore.load` throws
 */
export async function memoryOfRun(
  store: ModelStore,
  { width, height, options, model }: RunOfSize,
  { largestWindow, usesGradient }: { readonly largestWindow: number; readonly usesGradient: boolean },
): Promise<number | undefined> {
  const { manifest } = await store.find(model);
  const { channels } = manifest;
  const picture = 3 * BYTES_PER_SAMPLE * width * height * enlargementOf(options) ** 2;
  if (largestWindow === 0) return PROCESS + picture;
  if (manifest.format !== 'onnx') return undefined;
  const network = await memoryOf(store, model);
  const side = Math.ceil(Math.min(Math.sqrt(largestWindow), tileSide(manifest, options.tile)) / manifest.stride);
  const pixels = side * manifest.stride;
  const isGuided = usesGradient && network.gradient !== undefined;
  return (
    PROCESS +
    picture +
    4 * ARRAYS_OF_A_WINDOW * channels * largestWindow +
    (isGuided ? network.loaded.gradient + DIFFERENTIATED : network.loaded.plain) +
    (isGuided ? network.gradient!(1, pixels, pixels) : network.pass(pixels, pixels))
  );
}

async function memoryOf(store: ModelStore, model: string): Promise<NetworkMemory> {
  const { manifest } = await store.find(model);
  const found =
    known.get(manifest.sha256) ??
    store.load(model).then(({ bytes, externalData }) => networkMemory(manifest, bytes, { externalData }));
  known.set(manifest.sha256, found);
  // What was missing or damaged may be mended.
  found.catch(() => known.delete(manifest.sha256));
  return found;
}
