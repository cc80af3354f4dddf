import type { Tensor as TfTensor } from './tfjs/tensorflow.ts';
import { LangevinError } from '../errors.ts';
import type { Shape } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import type { ScoreNetwork } from './score-network.ts';
import { sigmaSpaceNetwork, type NetworkBackend } from './sigma-space.ts';
import { loadModel, type LoadedModel } from './tfjs/loaded-model.ts';
import type { WeightFile } from './tfjs/model-files.ts';
import { loadTfjs, type TfjsRuntime } from './tfjs/runtime.ts';

export type { WeightFile } from './tfjs/model-files.ts';

/** A GPU run holds at most this many pixels, so that a batch of tiles never exhausts the device's memory. */
const gpuPixelsPerRun = 1024 * 1024;

export interface TfjsNetwork {
  readonly network: ScoreNetwork;
  /** What people should know: which backend runs it and why no better one, operators that run slowly. */
  readonly messages: readonly string[];
}

/**
 * A score network from the files of a TensorFlow.js graph or layers model (the manifest's `format` says which), run in
 * this process by the best backend there is; see `loadTfjs`. Gradients are those of TensorFlow.js (`tf.grad`).
 *
 * The model takes the picture and the time by the names of the manifest. Pictures may be [n, h, w, c], as is usual in
 * TensorFlow, or [n, c, h, w]; the declared shape of the input tells. The time is [n] or [n, 1].
 *
 * The network is warmed up with one small run forward and one backward. Where the gradient fails, the network has no
 * `vjp`, and a message says why.
 *
 * @param json   bytes of `manifest.file`, model.json
 * @param files  the manifest's externalFiles: the weights
 * @throws model-corrupt, file-not-found, invalid-manifest   see `loadModel`
 * @throws provider-unavailable when TensorFlow.js itself does not start
 */
export async function createTfjsNetwork(
  manifest: Manifest,
  json: Uint8Array,
  files: readonly WeightFile[],
): Promise<TfjsNetwork> {
  const runtime = await loadTfjs();
  const model = await loadModel(runtime.tf, manifest, json, files);
  try {
    const backend = tfjsBackend(manifest, runtime, model);
    runtime.fallbacks.clear();
    const problem = await warmUp(manifest, backend);
    const slow = [...runtime.fallbacks];
    const messages = [runningOn(runtime)];
    if (slow.length > 0) {
      messages.push(`WebAssembly has no ${slow.join(', ')}; the slow JavaScript backend computes them.`);
    }
    if (problem === undefined) return { network: sigmaSpaceNetwork(manifest, backend), messages };
    messages.push(`There are no gradients: ${problem}`);
    const { vjp: _vjp, ...withoutGradients } = backend;
    return { network: sigmaSpaceNetwork(manifest, withoutGradients), messages };
  } catch (error) {
    model.dispose();
    runtime.sweep();
    throw error;
  }
}

/** What runs the model, and why nothing better does. */
function runningOn({ description, passedOver }: TfjsRuntime): string {
  const others = passedOver.map(({ backend, reason }) => `${backend} (${reason})`).join('; ');
  return `Running on ${description}.${others === '' ? '' : ` Not used: ${others}.`}`;
}

function tfjsBackend(
  manifest: Manifest,
  { tf, backend, gpu, sweep }: TfjsRuntime,
  model: LoadedModel,
): NetworkBackend & Required<Pick<NetworkBackend, 'vjp'>> {
  const { pictureLayout, timeIsColumn } = model;
  const picture = (shape: Shape, data: Float32Array): TfTensor => {
    // TensorFlow.js keeps the array it is given, and the caller will use it again.
    const given = tf.tensor(data.slice(), [...shape]);
    return pictureLayout === 'channels-first' ? given : tf.transpose(given, [0, 2, 3, 1]);
  };
  const times = (time: Float32Array): TfTensor =>
    tf.tensor(time.slice(), timeIsColumn ? [time.length, 1] : [time.length]);
  const read = (result: TfTensor, shape: Shape, output: Float32Array): void => {
    const ordered = pictureLayout === 'channels-first' ? result : tf.transpose(result, [0, 3, 1, 2]);
    if (ordered.shape.length !== 4 || ordered.shape.some((d, i) => d !== shape[i])) {
      throw new LangevinError(
        'invalid-manifest',
        `${manifest.file} of the model ${manifest.name} answers [${shape.join(', ')}] with ` +
          `[${ordered.shape.join(', ')}] (n, c, h, w); a denoiser answers in the shape of its input. ` +
          'Check channels and stride in the manifest.',
      );
    }
    output.set(ordered.dataSync());
  };
  return {
    provider: backend,
    samplesPerRun(height, width) {
      return gpu ? Math.max(1, Math.floor(gpuPixelsPerRun / (height * width))) : 1;
    },
    evaluate(shape, x, time, output) {
      tf.tidy(() => read(model.apply(picture(shape, x), times(time)), shape, output));
      return Promise.resolve();
    },
    vjp(shape, x, time, cotangent, output, gradient) {
      tf.tidy(() => {
        const at = times(time);
        const pulled = tf.valueAndGrad((value: TfTensor) => model.apply(value, at));
        const { value, grad } = pulled(picture(shape, x), picture(shape, cotangent));
        read(value, shape, output);
        read(grad, shape, gradient);
      });
      return Promise.resolve();
    },
    dispose() {
      model.dispose();
      sweep();
      return Promise.resolve();
    },
  };
}

/**
 * One run forward and one backward at the smallest size of at least 32 pixels.
 * @returns why gradients cannot be had, or undefined.
 */
async function warmUp(
  manifest: Manifest,
  { evaluate, vjp }: ReturnType<typeof tfjsBackend>,
): Promise<string | undefined> {
  const side = Math.ceil(32 / manifest.stride) * manifest.stride;
  const shape: Shape = [1, manifest.channels, side, side];
  const [x, output, gradient] = [0, 1, 2].map(() => new Float32Array(manifest.channels * side * side));
  const time = Float32Array.of(0.5);
  try {
    await evaluate(shape, x, time, output);
  } catch (error) {
    if (error instanceof LangevinError) throw error;
    const reason = (error as Error).message.split('\n', 1)[0];
    throw new LangevinError(
      'model-corrupt',
      `${manifest.file} of the model ${manifest.name} fails in TensorFlow.js at ${side} × ${side}: ${reason}`,
      { cause: error },
    );
  }
  if (!output.every(Number.isFinite)) {
    throw new LangevinError(
      'model-corrupt',
      `The model ${manifest.name} answers with numbers that are not finite in TensorFlow.js.`,
    );
  }
  try {
    await vjp(shape, x, time, new Float32Array(x.length).fill(1), output, gradient);
  } catch (error) {
    return (error as Error).message.split('\n', 1)[0];
  }
  return gradient.every(Number.isFinite) ? undefined : 'they are not finite.';
}
