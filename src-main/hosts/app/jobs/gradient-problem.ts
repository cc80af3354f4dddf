import { whyNoGradients } from '../../../prior/derive-gradients.ts';
import type { ModelStore } from '../../engine/model-store.ts';

/** By the network's sha256: finding out takes a tenth of a second for ten million weights. */
const known = new Map<string, Promise<string | undefined>>();

/**
 * Why solvers that need gradients cannot use a model, before it runs; undefined when they can.
 * @throws model-not-found, invalid-manifest
 */
export async function gradientProblemOf(store: ModelStore, model: string): Promise<string | undefined> {
  const { manifest } = await store.find(model);
  // TensorFlow.js differentiates whatever it runs.
  if (manifest.format !== 'onnx') return undefined;
  const problem =
    known.get(manifest.sha256) ??
    // A file that is missing or damaged is the run's to report.
    store.load(model).then(
      ({ bytes, externalData }) => whyNoGradients(manifest, bytes, { externalData }),
      () => undefined,
    );
  known.set(manifest.sha256, problem);
  return problem;
}
