import { toLangevinError } from '../errors.ts';
import { differentiate } from './differentiate/differentiate.ts';
import { externalDataOf } from './differentiate/external-data.ts';
import type { Manifest } from './manifest.ts';

/** A file of ONNX external data, under the path that the network file calls it by. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Keeps differentiated networks, which take a second to make, between runs. Hosts decide where. */
export interface GradientCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
}

export interface DeriveOptions {
  readonly externalData?: readonly ExternalData[];
  readonly gradientCache?: GradientCache;
}

/** A network file that is differentiated as it is: the manifest's own, or that file behind an adapter. */
export type DerivedManifest = Pick<Manifest, 'name' | 'sha256' | 'stride' | 'inputs' | 'output'> & {
  /** Of the adapter; empty or absent where there is none. */
  readonly adapterKey?: string;
};

/** Part of the cache's key; raise it when `differentiate` makes other graphs from the same file. */
const gradientVersion = 2;

/** The differentiated network, derived now or taken from the cache. */
export async function deriveGradients(
  manifest: DerivedManifest,
  bytes: Uint8Array,
  { externalData = [], gradientCache: cache }: DeriveOptions,
): Promise<Uint8Array> {
  const key = `gradients ${gradientVersion} ${manifest.sha256} ${manifest.adapterKey ?? ''}`.trimEnd();
  const known = await cache?.get(key);
  if (known !== undefined) return known;
  const derived = differentiate(bytes, {
    inputs: manifest.inputs,
    output: manifest.output,
    stride: manifest.stride,
    externalData: externalDataOf(manifest.name, externalData),
  });
  await cache?.put(key, derived);
  return derived;
}

/** What stands in the way of differentiating the network; undefined when nothing does. */
export async function whyNoGradients(
  manifest: DerivedManifest,
  bytes: Uint8Array,
  options: DeriveOptions,
): Promise<string | undefined> {
  try {
    await deriveGradients(manifest, bytes, options);
    return undefined;
  } catch (error) {
    const { code, message } = toLangevinError(error);
    if (code !== 'unsupported-operator' && code !== 'unsupported-combination') throw error;
    return message;
  }
}
