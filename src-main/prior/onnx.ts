import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { LangevinError, invalidArgument } from '../errors.ts';
import type { Shape } from '../tensor/tensor.ts';
import { deriveGradients, whyNoGradients, type DeriveOptions } from './derive-gradients.ts';
import { adaptNetwork, type AdaptedNetwork, type LabelInput } from './adapt/adapt-network.ts';
import { allocationBudget, mostPixelsWithin } from './allocation-budget.ts';
import { externalDataOf } from './differentiate/external-data.ts';
import { largestTensor } from './differentiate/largest-tensor.ts';
import { splitPasses } from './differentiate/split-passes.ts';
import { elementType } from './differentiate/tensor-proto.ts';
import { vjpNames } from './differentiate/vjp-interface.ts';
import type { Manifest } from './manifest.ts';
import { loadOnnxRuntime, sessionMemory, type OnnxRuntime } from './onnx-runtime.ts';
import { classGuidedNetwork } from './class-guidance.ts';
import { clippedNetwork } from './clipped.ts';
import { checkClass } from './noise-classifier.ts';
import { perChannelNetwork } from './per-channel.ts';
import type { ScoreNetwork } from './score-network.ts';
import { sigmaSpaceNetwork, type NetworkBackend } from './sigma-space.ts';
import { fitNetwork } from './tiled.ts';

/** Execution providers of ONNX Runtime that the program knows how to ask for. */
export const onnxProviders = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;
export type OnnxProvider = (typeof onnxProviders)[number];

export interface OnnxNetworkOptions extends DeriveOptions {
  readonly provider: OnnxProvider;
  /** What may be asked of malloc in one piece, bytes; by default what this process allows. */
  readonly allocationBudget?: number;
  /** Do not look for gradients, which takes a second for ten million weights. */
  readonly withoutGradients?: boolean;
  /** Threads inside one operator, 1…256; ONNX Runtime takes the number of physical cores when absent. */
  readonly threads?: number;
}

/** A GPU run holds at most this many pixels, so that a batch of tiles never exhausts the device's memory. */
const gpuPixelsPerRun = 1024 * 1024;

/**
 * A score network from the bytes of an ONNX file, run by ONNX Runtime in this process (its `run()` blocks the event
 * loop: use it in an engine process, never on a user interface's loop).
 *
 * On `cpu` every sample is run by itself. Measured with the shipped networks, batching gains nothing there above
 * 128 × 128 pixels (10 % at 64 × 64), and this way neither the batch size nor the kernel that ONNX Runtime picks for
 * it can change a bit of the result. On other providers samples run together up to a fixed number of pixels.
 *
 * `vjp` runs a second network that is derived from the file (see differentiate/); where that is impossible, there is no
 * `vjp` and `gradientProblem` names the operator at fault. `linearize`, on `cpu`, runs the same in two halves, the
 * activations of the first kept for the second.
 *
 * The network is warmed up with one small run, which also proves that it answers in the shape and with the values a
 * denoiser should.
 *
 * @throws model-corrupt         when the bytes are not a network that ONNX Runtime can load
 * @throws invalid-manifest      when its inputs, outputs or channels are not those of the manifest
 * @throws provider-unavailable  when the provider does not exist here or fails; when ONNX Runtime cannot be loaded
 */
export async function createOnnxNetwork(
  manifest: Manifest,
  file: Uint8Array,
  options: OnnxNetworkOptions,
): Promise<ScoreNetwork> {
  const { backend, channels } = await openOnnxBackend(manifest, file, options);
  const { clip } = manifest;
  const shaped = (one: NetworkBackend): ScoreNetwork =>
    shapedNetwork(manifest, sigmaSpaceNetwork({ ...manifest, channels }, one));
  const held = (one: ScoreNetwork): ScoreNetwork => (clip === undefined ? one : clippedNetwork(one, clip));
  const network = shaped(backend);
  const { ofClass } = backend;
  if (ofClass === undefined) return held(network);
  return {
    ...held(network),
    ofClass(label, scale) {
      checkGuidance(manifest, label, scale);
      const conditional = shaped(ofClass(label));
      return held(scale === 1 ? conditional : classGuidedNetwork(network, conditional, scale));
    },
  };
}

/** @throws invalid-argument, unsupported-combination  as `ScoreNetwork.ofClass` */
function checkGuidance({ name, classLabels }: Manifest, label: number, scale: number): void {
  checkClass({ name, classes: classLabels?.count ?? 0 }, label);
  if (!(scale >= 0 && Number.isFinite(scale))) throw invalidArgument('the guidance', 'a number ≥ 0', scale);
  if (scale === 1 || classLabels?.unconditional === true) return;
  throw new LangevinError(
    'unsupported-combination',
    `The model ${name} knows no "no class" to lead away from, so that only a guidance of 1 is possible, not ${scale}. ` +
      '(If it was trained with one, its manifest says so: classLabels.unconditional.)',
  );
}

/**
 * The raw network N of an ONNX file, behind its adapter, without what the manifest says of its meaning.
 * @param cutsChannels  of an output that turned out to have more channels than the pictures (learned variances).
 * @returns channels  of its pictures: 1 where a colour picture goes through channel by channel.
 * @throws as createOnnxNetwork
 */
export async function openOnnxBackend(
  described: Manifest,
  file: Uint8Array,
  options: OnnxNetworkOptions,
  cutsChannels = false,
): Promise<{ readonly backend: NetworkBackend; readonly channels: 1 | 3 }> {
  const runtime = await loadOnnxRuntime();
  const adapted = adaptNetwork(described, file, cutsChannels);
  const { bytes, inputs, output, channels, fixedSize } = adapted;
  const manifest = { ...described, inputs, output, channels, adapterKey: adapted.key };
  const session = await openSession(manifest, bytes, options);
  let surplus: number;
  try {
    surplus = await warmUp(runtime, manifest, session, options.provider, adapted);
  } catch (error) {
    await session.release();
    throw error;
  }
  if (surplus > 0 && !cutsChannels) {
    await session.release();
    return openOnnxBackend(described, file, options, true);
  }
  const backendOf = onnxBackend(runtime, manifest, session, bytes, options, adapted);
  const whole = backendOf(undefined);
  const gradientProblem = options.withoutGradients
    ? 'They were not asked for.'
    : await whyNoGradients(manifest, bytes, options);
  // One size is all there is; whether it fits, the warm-up has shown.
  const mostPixels = fixedSize
    ? undefined
    : await pixelBudget(manifest, bytes, options, gradientProblem === undefined, (height, width) =>
        whole.samplesPerRun(height, width),
      );
  const usable = ({ vjp, linearize, ...backend }: ReturnType<typeof backendOf>): NetworkBackend => {
    // Elsewhere the activations would travel to the device and back.
    const gradients = options.provider === 'cpu' ? { vjp, linearize } : { vjp };
    return {
      ...backend,
      ...(gradientProblem === undefined ? gradients : { gradientProblem }),
      ...(mostPixels === undefined ? {} : { mostPixels }),
      ...(fixedSize === undefined ? {} : { fixedSize }),
    };
  };
  const ofClass = (label: number): NetworkBackend => ({
    ...usable(backendOf(label)),
    dispose: () => Promise.resolve(),
  });
  return { channels, backend: { ...usable(whole), ...(adapted.label === undefined ? {} : { ofClass }) } };
}

/** What the file cannot do by itself: pictures of any size and of more channels. */
function shapedNetwork(manifest: Manifest, network: ScoreNetwork): ScoreNetwork {
  const fitted = fitNetwork(network);
  return network.manifest.channels === manifest.channels ? fitted : perChannelNetwork(fitted, manifest);
}

/** A manifest whose inputs, output and channels are those of the adapted file. */
type AdaptedManifest = Manifest & { readonly adapterKey: string };

/** Most pixels of a tile for no activation, of the network or its gradient, to be larger than malloc gives in one piece. */
async function pixelBudget(
  manifest: AdaptedManifest,
  bytes: Uint8Array,
  options: OnnxNetworkOptions,
  hasGradients: boolean,
  samplesPerRun: (height: number, width: number) => number,
): Promise<number | undefined> {
  const budget = options.allocationBudget ?? allocationBudget();
  if (budget === Infinity) return undefined;
  const { inputs, output, channels, stride } = manifest;
  const model = hasGradients ? await deriveGradients(manifest, bytes, options) : bytes;
  const source = hasGradients ? undefined : externalDataOf(manifest.name, options.externalData ?? []);
  const pictures = [inputs.x, vjpNames(manifest).v];
  const largest = largestTensor(model, { inputs, output }, pictures, channels, source);
  return mostPixelsWithin(budget, largest, stride, samplesPerRun);
}

/** @returns the backend that tells the network of a class; of none: what the manifest says is given where none is asked for. */
function onnxBackend(
  { Tensor }: OnnxRuntime,
  manifest: AdaptedManifest,
  session: InferenceSession,
  bytes: Uint8Array,
  options: OnnxNetworkOptions,
  { label, oneSample }: Pick<AdaptedNetwork, 'label' | 'oneSample'>,
): (
  wanted: number | undefined,
) => Required<Omit<NetworkBackend, 'gradientProblem' | 'mostPixels' | 'fixedSize' | 'ofClass'>> {
  const { provider } = options;
  const { inputs, output: outputName } = manifest;
  const names = vjpNames(manifest);
  let gradients: Promise<InferenceSession> | undefined;
  let passes: Promise<Passes> | undefined;
  return (wanted) => {
    const feeds = (shape: Shape, x: Float32Array, time: Float32Array): Record<string, OrtTensor> => ({
      [inputs.x]: new Tensor('float32', x, shape),
      [inputs.time]: new Tensor('float32', time, [shape[0]]),
      ...labelFeed(Tensor, label, wanted),
    });
    return {
      provider,
      samplesPerRun(height, width) {
        return oneSample || provider === 'cpu' ? 1 : Math.max(1, Math.floor(gpuPixelsPerRun / (height * width)));
      },
      async evaluate(shape, x, time, output) {
        await session.run(feeds(shape, x, time), { [outputName]: new Tensor('float32', output, shape) });
      },
      async vjp(shape, x, time, cotangent, output, gradient) {
        gradients ??= openGradients(manifest, bytes, options);
        // A failure to open may be passing; the next call tries again.
        gradients.catch(() => (gradients = undefined));
        await (
          await gradients
        ).run(
          { ...feeds(shape, x, time), [names.v]: new Tensor('float32', cotangent, shape) },
          {
            [outputName]: new Tensor('float32', output, shape),
            [names.vjp]: new Tensor('float32', gradient, shape),
          },
        );
      },
      async linearize(shape, x, time, output) {
        passes ??= openPasses(manifest, bytes, options);
        passes.catch(() => (passes = undefined));
        const { forward, backward, kept } = await passes;
        const fed = feeds(shape, x.slice(), time.slice());
        const results = await forward.run(fed);
        output.set(results[outputName].data as Float32Array);
        const activations = Object.fromEntries(kept.map((name) => [name, results[name]]));
        const direct = backward.inputNames.filter((name) => name in fed).map((name) => [name, fed[name]] as const);
        return async (cotangent, gradient) => {
          await backward.run(
            {
              ...Object.fromEntries(direct),
              ...activations,
              [names.v]: new Tensor('float32', cotangent, shape),
            },
            { [names.vjp]: new Tensor('float32', gradient, shape) },
          );
        };
      },
      async dispose() {
        await session.release();
        await gradients?.then(release, () => undefined);
        await passes?.then(
          async ({ forward, backward }) => {
            await forward.release();
            await backward.release();
          },
          () => undefined,
        );
      },
    };
  };
}

/** The class, where the file takes one. */
function labelFeed(
  Tensor: OnnxRuntime['Tensor'],
  label: LabelInput | undefined,
  wanted: number | undefined,
): Record<string, OrtTensor> {
  if (label === undefined) return {};
  const values = label.values(wanted);
  return { [label.name]: new Tensor('float32', values, [values.length]) };
}

/** The session of the differentiated network. */
async function openGradients(
  manifest: AdaptedManifest,
  bytes: Uint8Array,
  options: OnnxNetworkOptions,
): Promise<InferenceSession> {
  const { provider, threads } = options;
  const derived = await deriveGradients(manifest, bytes, options);
  return openSession(manifest, derived, { provider, ...(threads === undefined ? {} : { threads }) });
}

/** The two halves of the differentiated network; see `splitPasses`. */
interface Passes {
  readonly forward: InferenceSession;
  readonly backward: InferenceSession;
  readonly kept: readonly string[];
}

async function openPasses(manifest: AdaptedManifest, bytes: Uint8Array, options: OnnxNetworkOptions): Promise<Passes> {
  const { provider, threads } = options;
  const own = { provider, ...(threads === undefined ? {} : { threads }) };
  const {
    forward: model,
    kept,
    backward: backwardOf,
  } = splitPasses(await deriveGradients(manifest, bytes, options), vjpNames(manifest));
  const forward = await openSession(manifest, model, own);
  try {
    const types = forward.outputMetadata.map(({ name, ...info }) => {
      return [name, info.isTensor ? elementType[TENSOR_TYPES[info.type] ?? 'float'] : elementType.float] as const;
    });
    return { forward, kept, backward: await openSession(manifest, backwardOf(new Map(types)), own) };
  } catch (error) {
    await forward.release();
    throw error;
  }
}

/** ONNX Runtime's names of element types, where they are not those of ONNX. */
const TENSOR_TYPES: Readonly<Record<string, keyof typeof elementType>> = {
  float32: 'float',
  float64: 'double',
  float16: 'float16',
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint32: 'uint32',
  uint64: 'uint64',
  bool: 'bool',
};

async function openSession(
  manifest: Manifest,
  bytes: Uint8Array,
  { provider, threads, externalData }: OnnxNetworkOptions,
): Promise<InferenceSession> {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw invalidArgument('threads', 'an integer from 1 to 256', threads);
  }
  const { InferenceSession } = await loadOnnxRuntime();
  const create = (executionProviders: string[]): Promise<InferenceSession> =>
    InferenceSession.create(bytes, {
      executionProviders,
      ...sessionMemory(),
      // Failures are reported as typed errors; nothing else may write to the terminal.
      logSeverityLevel: 4,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(externalData === undefined ? {} : { externalData }),
    });
  try {
    return await create([provider]);
  } catch (error) {
    const reason = runtimeReason(error);
    // A file that the CPU cannot load either is at fault itself; otherwise it is the provider.
    const broken = provider === 'cpu' || (await create(['cpu']).then(release, () => true));
    if (!broken) {
      throw new LangevinError('provider-unavailable', `${provider} cannot run here: ${reason}`, { cause: error });
    }
    throw new LangevinError(
      'model-corrupt',
      `${manifest.file} of the model ${manifest.name} is not a network that ONNX Runtime can load: ${reason}`,
      { cause: error },
    );
  }
}

async function release(session: InferenceSession): Promise<false> {
  await session.release();
  return false;
}

/**
 * One run at the smallest size of at least 32 pixels, whose output shape and values are checked.
 * @returns channels of the output beyond those of the picture.
 */
async function warmUp(
  { Tensor }: OnnxRuntime,
  manifest: Manifest,
  session: InferenceSession,
  provider: OnnxProvider,
  { fixedSize, label }: Pick<AdaptedNetwork, 'fixedSize' | 'label'>,
): Promise<number> {
  const side = Math.ceil(32 / manifest.stride) * manifest.stride;
  const [height, width] = fixedSize ?? [side, side];
  const shape: Shape = [1, manifest.channels, height, width];
  const size = manifest.channels * height * width;
  let output: OrtTensor;
  try {
    const results = await session.run({
      [manifest.inputs.x]: new Tensor('float32', new Float32Array(size), shape),
      [manifest.inputs.time]: new Tensor('float32', Float32Array.of(0.5), [1]),
      ...labelFeed(Tensor, label, undefined),
    });
    output = results[manifest.output] as OrtTensor;
  } catch (error) {
    const message = `${manifest.file} of the model ${manifest.name} fails on ${provider} at ${width} × ${height}: `;
    const code = provider === 'cpu' ? 'model-corrupt' : 'provider-unavailable';
    throw new LangevinError(code, message + runtimeReason(error), { cause: error });
  }
  const surplus = (output.dims[1] ?? 0) - shape[1];
  const isPicture = output.dims.length === 4 && output.dims.every((d, i) => i === 1 || d === shape[i]);
  if (!isPicture || surplus < 0) {
    throw new LangevinError(
      'invalid-manifest',
      `${manifest.file} of the model ${manifest.name} answers [${shape.join(', ')}] with [${output.dims.join(', ')}]; ` +
        'a denoiser answers in the shape of its input. Check channels and stride in the manifest.',
    );
  }
  if (!(output.data as Float32Array).every(Number.isFinite)) {
    const code = provider === 'cpu' ? 'model-corrupt' : 'provider-unavailable';
    throw new LangevinError(
      code,
      `The model ${manifest.name} answers with numbers that are not finite on ${provider}.`,
    );
  }
  return surplus;
}

/** What went wrong, from an error of ONNX Runtime: its first line without the place in the C++ source. */
export function runtimeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0].replace(/^\S*onnxruntime_src\S* .* was false\. /, '');
}
