import { z } from 'zod';
import { adaptNetwork } from '../../../prior/adapt/adapt-network.ts';
import { whyNoGradients } from '../../../prior/derive-gradients.ts';
import type { ModelStore } from '../../engine/model-store.ts';

/** By the network's sha256: finding out takes a tenth of a second for ten million weights. */
const known = new Map<string, Promise<string | undefined>>();

export const gradientProblemSchema = z.strictObject({ model: z.string().min(1) });

/**
 * Why solvers that need gradients cannot use a model, before it runs; undefined when they can.
 * @throws what `ModelStore.load` throws; model-corrupt for a file that is no network
 */
export async function gradientProblemOf(store: ModelStore, model: string): Promise<string | undefined> {
  const { manifest } = await store.find(model);
  // TensorFlow.js differentiates whatever it runs.
  if (manifest.format !== 'onnx') return undefined;
  const problem =
    known.get(manifest.sha256) ??
    store.load(model).then(({ bytes, externalData }) => {
      const { key: adapterKey, ...adapted } = adaptNetwork(manifest, bytes);
      const { inputs, output } = adapted;
      return whyNoGradients({ ...manifest, inputs, output, adapterKey }, adapted.bytes, { externalData });
    });
  known.set(manifest.sha256, problem);
  // What was missing or damaged may be mended.
  problem.catch(() => known.delete(manifest.sha256));
  return problem;
}
