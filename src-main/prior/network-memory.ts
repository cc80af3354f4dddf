import { adaptNetwork } from './adapt/adapt-network.ts';
import { deriveGradients, type DeriveOptions } from './derive-gradients.ts';
import { externalDataOf } from './differentiate/external-data.ts';
import { largestTensor, totalOf, type LargestTensor } from './differentiate/largest-tensor.ts';
import { splitPasses } from './differentiate/split-passes.ts';
import { vjpNames } from './differentiate/vjp-interface.ts';
import { toLangevinError } from '../errors.ts';
import type { Manifest } from './manifest.ts';
import { tileDefaults } from './tiled.ts';

/** Tensors that a pass holds at a time, counted in its largest: two of a layer and one that skips it. */
const HELD_AT_ONCE = 3;
/**
 * How often activations that are kept are in memory: as the runtime has made them, as they are handed over, and as they are fed
 * again. Measured: 2.67 at tiles of 256² and 512² alike (`npm run bench -- run-memory`).
 */
const COPIES_OF_KEPT = 2.67;

/** What a network takes in memory, bytes, by the shapes in its file. */
export interface NetworkMemory {
  /** Of the network as it is loaded, without a gradient and with one (both halves of the differentiated file, too). */
  readonly loaded: { readonly plain: number; readonly gradient: number };
  /** Of one evaluation of a picture of that size. */
  pass(height: number, width: number): number;
  /** Of an evaluation with its activations kept, and the product with the Jacobian; undefined where there is none. */
  readonly gradient: LargestTensor | undefined;
}

/**
 * What a network in ONNX form takes.
 * @throws model-corrupt, unsupported-operator for a file that is no network
 */
export async function networkMemory(
  manifest: Manifest,
  bytes: Uint8Array,
  options: DeriveOptions = {},
): Promise<NetworkMemory> {
  const { key: adapterKey, ...adapted } = adaptNetwork(manifest, bytes);
  const { inputs, output, channels } = adapted;
  const source = externalDataOf(manifest.name, options.externalData ?? []);
  const largest = largestTensor(adapted.bytes, adapted, [inputs.x], channels, source);
  const weights = bytes.length + (options.externalData ?? []).reduce((sum, { data }) => sum + data.length, 0);
  const pass = (height: number, width: number): number => HELD_AT_ONCE * largest(1, height, width);
  const plain = { loaded: { plain: weights, gradient: weights }, pass, gradient: undefined };
  let derived: Uint8Array;
  try {
    derived = await deriveGradients({ ...manifest, inputs, output, adapterKey }, adapted.bytes, options);
  } catch (error) {
    if (['unsupported-operator', 'unsupported-combination'].includes(toLangevinError(error).code)) return plain;
    throw error;
  }
  const names = vjpNames({ inputs, output });
  const { kept } = splitPasses(derived, names);
  const total = totalOf(kept, derived, { inputs, output }, [inputs.x, names.v], channels);
  return {
    loaded: { plain: weights, gradient: 3 * weights },
    pass,
    gradient: (batch, height, width) => COPIES_OF_KEPT * (total(batch, height, width) + pass(height, width)),
  };
}

/**
 * Side of the largest square that the network is given at once.
 * @param tile  what was asked for; absent: the default.
 */
export function tileSide({ largestTile = Infinity }: Manifest, tile = Math.sqrt(tileDefaults.tilePixels)): number {
  return Math.min(tile, largestTile);
}
