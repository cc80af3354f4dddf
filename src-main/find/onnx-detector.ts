import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { LangevinError } from '../errors.ts';
import { loadOnnxRuntime, type OnnxRuntime } from '../prior/onnx-runtime.ts';
import { runtimeReason } from '../prior/onnx.ts';
import type { DamageDetector } from './detector.ts';
import { DETECTOR_MAPS, type DetectorManifest } from './manifest.ts';

/**
 * A detector from the bytes of an ONNX file, on the CPU in this process (a run blocks the event loop: use it in an
 * engine process). One small run at the start proves that it answers in the shape and with the values it should.
 *
 * @param threads  inside one operator; ONNX Runtime takes the number of physical cores when absent.
 * @throws model-corrupt     when the bytes are not a network that ONNX Runtime can load and run, or answer with anything
 *   but probabilities
 * @throws provider-unavailable  when ONNX Runtime cannot be loaded
 * @throws invalid-manifest  when its input, output or shapes are not those of the manifest
 */
export async function createOnnxDetector(
  manifest: DetectorManifest,
  bytes: Uint8Array,
  threads?: number,
): Promise<DamageDetector> {
  const runtime = await loadOnnxRuntime();
  const session = await open(runtime, manifest, bytes, threads);
  try {
    checkSignature(manifest, session);
    await warmUp(runtime, manifest, session);
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    manifest,
    async evaluate(picture, height, width, out) {
      const x = new runtime.Tensor('float32', picture, [1, 3, height, width]);
      const y = new runtime.Tensor('float32', out, [1, DETECTOR_MAPS.length, height, width]);
      await session.run({ [manifest.input]: x }, { [manifest.output]: y });
    },
    dispose: () => session.release(),
  };
}

async function open(
  { InferenceSession }: OnnxRuntime,
  manifest: DetectorManifest,
  bytes: Uint8Array,
  threads: number | undefined,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      logSeverityLevel: 4,
      // The arena keeps what the largest tile needed and as much again: twice the memory, for no measurable speed.
      enableCpuMemArena: false,
      enableMemPattern: false,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
  } catch (error) {
    throw corrupt(manifest, `is not a network that ONNX Runtime can load: ${runtimeReason(error)}`, error);
  }
}

function checkSignature(manifest: DetectorManifest, session: InferenceSession): void {
  const parts = [
    { kind: 'input', name: manifest.input, channels: 3, found: session.inputMetadata },
    { kind: 'output', name: manifest.output, channels: DETECTOR_MAPS.length, found: session.outputMetadata },
  ];
  for (const { kind, name, channels, found } of parts) {
    const metadata = found.length === 1 ? found.find((part) => part.name === name) : undefined;
    if (metadata === undefined) {
      const names = found.map((part) => `"${part.name}"`).join(', ');
      throw misdescribed(manifest, `it has the ${kind}s ${names}, not just "${name}"`);
    }
    if (!metadata.isTensor || metadata.type !== 'float32') {
      throw misdescribed(manifest, `${kind} "${name}" is not a float32 tensor`);
    }
    const { shape } = metadata;
    if (shape.length !== 4 || (typeof shape[1] === 'number' && shape[1] !== channels)) {
      throw misdescribed(manifest, `${kind} "${name}" has shape [${shape.join(', ')}], not [n, ${channels}, h, w]`);
    }
    if (typeof shape[2] === 'number' || typeof shape[3] === 'number') {
      throw misdescribed(
        manifest,
        `it only takes pictures of ${shape[2]} × ${shape[3]}; height and width must be free`,
      );
    }
  }
}

async function warmUp({ Tensor }: OnnxRuntime, manifest: DetectorManifest, session: InferenceSession): Promise<void> {
  const side = Math.ceil(32 / manifest.stride) * manifest.stride;
  const shape = [1, 3, side, side];
  let output: OrtTensor;
  try {
    const x = new Tensor('float32', new Float32Array(3 * side * side), shape);
    output = (await session.run({ [manifest.input]: x }))[manifest.output] as OrtTensor;
  } catch (error) {
    throw corrupt(manifest, `fails at ${side} × ${side} pixels: ${runtimeReason(error)}`, error);
  }
  const wanted = [1, DETECTOR_MAPS.length, side, side];
  if (output.dims.length !== 4 || output.dims.some((d, i) => d !== wanted[i])) {
    throw misdescribed(manifest, `it answers [${shape.join(', ')}] with [${output.dims.join(', ')}]`);
  }
  if (!(output.data as Float32Array).every((value) => value >= 0 && value <= 1)) {
    throw corrupt(manifest, 'answers with numbers that are no probabilities', undefined);
  }
}

function misdescribed({ name, file }: DetectorManifest, problem: string): LangevinError {
  return new LangevinError('invalid-manifest', `The manifest of ${name} does not describe ${file}: ${problem}.`);
}

function corrupt({ name, file }: DetectorManifest, problem: string, cause: unknown): LangevinError {
  return new LangevinError('model-corrupt', `${file} of the damage detector ${name} ${problem}.`, { cause });
}
