import type { InferenceSession } from 'onnxruntime-node';
import { LangevinError } from '../errors.ts';
import { repeatSigma, sample, sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import { differentiate } from './differentiate/differentiate.ts';
import { vjpNames } from './differentiate/vjp-interface.ts';
import { checkClass, type ClassEvidence, type NoiseClassifier } from './noise-classifier.ts';
import { loadOnnxRuntime, sessionMemory, type OnnxRuntime } from './onnx-runtime.ts';
import { runtimeReason, type OnnxProvider } from './onnx.ts';

/** Names of the values of a classifier file. */
const names = { inputs: { x: 'x', time: 'sigma' }, output: 'logits' };

/**
 * A classifier from the bytes of an ONNX file with the inputs `x`, [n, c, h, w], noisy pictures x0 + σ z on [−1, 1],
 * and `sigma`, [n]; and the output `logits`, [n, classes]. Its gradient is derived from the file (see differentiate/).
 *
 * @param name   named in messages
 * @throws model-corrupt when ONNX Runtime cannot load it; invalid-argument when it has other inputs and outputs;
 *         unsupported-operator, naming a node that has no gradient; provider-unavailable
 */
export async function createClassifier(
  name: string,
  bytes: Uint8Array,
  { provider, threads }: { readonly provider: OnnxProvider; readonly threads?: number | undefined },
): Promise<NoiseClassifier> {
  const runtime = await loadOnnxRuntime();
  const open = async (model: Uint8Array): Promise<InferenceSession> => {
    try {
      return await runtime.InferenceSession.create(model, {
        ...sessionMemory(),
        executionProviders: [provider],
        logSeverityLevel: 4,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
    } catch (error) {
      throw new LangevinError(
        provider === 'cpu' ? 'model-corrupt' : 'provider-unavailable',
        `The classifier ${name} cannot be loaded on ${provider}: ${runtimeReason(error)}`,
        { cause: error },
      );
    }
  };
  const forward = await open(bytes);
  try {
    const classes = checkSignature(name, forward);
    const backward = await open(differentiate(bytes, names));
    return {
      name,
      classes,
      evidence: (x, sigma, y) => evidence({ runtime, name, classes, forward, backward }, x, sigma, y),
      async dispose() {
        await forward.release();
        await backward.release();
      },
    };
  } catch (error) {
    await forward.release();
    throw error;
  }
}

interface Sessions {
  readonly runtime: OnnxRuntime;
  readonly name: string;
  readonly classes: number;
  readonly forward: InferenceSession;
  readonly backward: InferenceSession;
}

/**
 * ∇ log softmax(ℓ)_y = J_ℓᵀ (e_y − softmax(ℓ)), ℓ the logits. Each sample is run by itself, so that the batch never
 * changes a result.
 */
async function evidence(sessions: Sessions, x: Tensor, sigma: Float32Array, y: number): Promise<ClassEvidence> {
  const { name, classes, forward, backward } = sessions;
  const { Tensor: OrtTensor } = sessions.runtime;
  checkClass(sessions, y);
  const { v, vjp } = vjpNames(names);
  const logProbability = new Float64Array(x.shape[0]);
  const gradient = zeros(x.shape);
  for (let n = 0; n < x.shape[0]; n++) {
    const one = sample(x, n);
    const feeds = {
      x: new OrtTensor('float32', one.data, one.shape),
      sigma: new OrtTensor('float32', repeatSigma(sigma[n], 1), [1]),
    };
    const { logits } = await run(name, forward, feeds, one.shape);
    const scores = logits.data as Float32Array;
    if (scores.length !== classes) throw wrongAnswer(name, one.shape, logits.dims);
    const logs = logSoftmax(scores);
    logProbability[n] = logs[y];
    const towards = Float32Array.from(logs, (log, k) => (k === y ? 1 : 0) - Math.exp(log));
    const cotangent = { [v]: new OrtTensor('float32', towards, [1, classes]) };
    const results = await run(name, backward, { ...feeds, ...cotangent }, one.shape);
    gradient.data.set(results[vjp].data as Float32Array, n * sampleSize(x.shape));
  }
  return { logProbability, gradient };
}

async function run(
  name: string,
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  shape: Shape,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (error) {
    throw new LangevinError(
      'model-corrupt',
      `The classifier ${name} fails on pictures of ${shape[2]} × ${shape[3]} with ${shape[1]} channels: ` +
        `${runtimeReason(error)}. Choose the size and the model that it was made for.`,
      { cause: error },
    );
  }
}

/** @returns the number of classes. */
function checkSignature(name: string, session: InferenceSession): number {
  const fail = (problem: string): never => {
    throw new LangevinError(
      'invalid-argument',
      `${name} is not a noise-conditional classifier: ${problem}. It must take x, [n, c, h, w], and sigma, [n], and ` +
        'give logits, [n, classes].',
    );
  };
  const quoted = (values: readonly string[]): string => values.map((value) => `"${value}"`).join(', ');
  const inputs = session.inputNames;
  if (inputs.length !== 2 || !inputs.includes('x') || !inputs.includes('sigma')) {
    fail(`its inputs are ${quoted(inputs)}`);
  }
  const logits = session.outputMetadata.find((output) => output.name === names.output);
  if (logits === undefined) return fail(`its outputs are ${quoted(session.outputNames)}`);
  const classes = logits.isTensor && logits.shape.length === 2 ? logits.shape[1] : undefined;
  if (typeof classes !== 'number' || classes < 2) {
    return fail('the number of its classes is not declared, or is less than two');
  }
  return classes;
}

function wrongAnswer(name: string, shape: Shape, dims: readonly number[]): LangevinError {
  return new LangevinError(
    'model-corrupt',
    `The classifier ${name} answers [${shape.join(', ')}] with logits of shape [${dims.join(', ')}].`,
  );
}

function logSoftmax(values: Float32Array): Float64Array {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const norm = top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
  return Float64Array.from(values, (value) => value - norm);
}
