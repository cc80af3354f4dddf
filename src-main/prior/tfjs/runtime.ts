import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { registerDepthToSpaceGradient } from './depth-to-space-gradient.ts';
import type { Tfjs } from './library.ts';
import { completeWasmKernels } from './wasm-kernels.ts';

/** What TensorFlow.js computes with, best first. */
export const tfjsBackends = ['tfjs-node-gpu', 'tfjs-node', 'tfjs-wasm'] as const;
export type TfjsBackend = (typeof tfjsBackends)[number];

export interface PassedOver {
  readonly backend: TfjsBackend;
  /** As the end of a sentence. */
  readonly reason: string;
}

/** TensorFlow.js with a backend chosen and complete. */
export interface TfjsRuntime {
  readonly tf: Tfjs;
  readonly backend: TfjsBackend;
  /** Whether it computes on a graphics processor. */
  readonly gpu: boolean;
  readonly version: string;
  /** The library in words: which, its version, what it uses. */
  readonly description: string;
  /** The better backends, and why they were not taken. */
  readonly passedOver: readonly PassedOver[];
  /** Operators that have run on the slow JavaScript backend since this was last cleared. */
  readonly fallbacks: Set<string>;
  /** Frees what was kept for models that have been disposed of. */
  sweep(): void;
}

let loaded: Promise<TfjsRuntime> | undefined;

/**
 * Loads TensorFlow.js with the best backend there is: the native library of tfjs-node-gpu or tfjs-node where it is
 * installed, otherwise WebAssembly. Once for the process, since TensorFlow.js is one global engine.
 * @throws provider-unavailable when not even WebAssembly starts.
 */
export function loadTfjs(): Promise<TfjsRuntime> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<TfjsRuntime> {
  const tf = await import('./tensorflow.ts');
  registerDepthToSpaceGradient(tf);
  const passedOver: PassedOver[] = [];
  for (const backend of ['tfjs-node-gpu', 'tfjs-node'] as const) {
    const reason = await startNative(tf, backend);
    if (reason === undefined) return nativeRuntime(tf, backend, passedOver);
    passedOver.push({ backend, reason });
  }
  return wasmRuntime(tf, passedOver);
}

/** @returns why the native library cannot be used; undefined when it is the engine's backend now. */
async function startNative(tf: Tfjs, backend: 'tfjs-node-gpu' | 'tfjs-node'): Promise<string | undefined> {
  try {
    // Registers itself with the engine; throws when its native library is not there.
    createRequire(import.meta.url)(`@tensorflow/${backend}`);
    return (await tf.setBackend('tensorflow')) ? undefined : 'it does not start';
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0];
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return 'it is not installed';
    return reason.includes('tfjs_binding.node') ? 'its native library is not installed' : reason;
  }
}

function nativeRuntime(
  tf: Tfjs,
  backend: 'tfjs-node-gpu' | 'tfjs-node',
  passedOver: readonly PassedOver[],
): TfjsRuntime {
  const gpu = (tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
  const version = tf.version_core;
  const description = `TensorFlow.js ${version}, native library of ${backend} on the ${gpu ? 'GPU' : 'CPU'}`;
  return { tf, backend, gpu, version, description, passedOver, fallbacks: new Set(), sweep: () => undefined };
}

async function wasmRuntime(tf: Tfjs, passedOver: readonly PassedOver[]): Promise<TfjsRuntime> {
  const fallbacks = new Set<string>();
  try {
    const { setWasmPaths, getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
    setWasmPaths(join(dirname(entry), 'dist', '/'));
    if (!(await tf.setBackend('wasm'))) throw new Error('its module cannot be compiled');
    const { sweep } = completeWasmKernels(tf, (operator) => fallbacks.add(operator));
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const threads = getThreadsCount();
    const version = tf.version_core;
    const details = `${simd ? 'with' : 'without'} SIMD, ${threads} thread${threads === 1 ? '' : 's'}`;
    const description = `TensorFlow.js ${version}, WebAssembly ${details}`;
    return { tf, backend: 'tfjs-wasm', gpu: false, version, description, passedOver, fallbacks, sweep };
  } catch (error) {
    throw new LangevinError(
      'provider-unavailable',
      `TensorFlow.js cannot start its WebAssembly backend: ${(error as Error).message}. Use an ONNX model instead.`,
      { cause: error },
    );
  }
}
