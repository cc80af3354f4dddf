import type { KernelBackend, KernelConfig, Tensor4D, TensorInfo } from './tensorflow.ts';
import {
  convolutionInputGradient,
  type Convolution,
  type FilterForm,
  type TurnFilter,
} from './convolution-gradient.ts';
import type { Tfjs } from './library.ts';

/** The part of a backend of TensorFlow.js that moves values. */
interface Storage extends KernelBackend {
  readSync(dataId: object): TensorValues;
  write(values: TensorValues, shape: number[], dtype: string): object;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}
type TensorValues = Float32Array | Int32Array | Uint8Array;

/**
 * Completes the WebAssembly backend of TensorFlow.js for gradients with respect to pictures.
 * @param onFallback  told of every run of an operator on the JavaScript backend because WebAssembly has none.
 * @returns `sweep`, which frees what was kept for models that are gone.
 */
export function completeWasmKernels(tf: Tfjs, onFallback: (operator: string) => void): Pick<KeptFilters, 'sweep'> {
  const { turned, sweep } = keptFilters(tf);
  const slow = tf.getKernel('Conv2DBackpropInput', 'wasm');
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    ...slow,
    kernelFunc: (parameters) => {
      const { inputs, attrs } = parameters;
      const { dataFormat, ...convolution } = attrs as unknown as Convolution & { dataFormat: string };
      // The engine hands kernels the tensors of the operation.
      const [dy, filter] = [inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D];
      const result = dataFormat === 'NHWC' ? convolutionInputGradient(tf, dy, filter, convolution, turned) : undefined;
      return result ?? slow.kernelFunc(parameters);
    },
  });
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel(sharedIdentity);
  for (const name of ['Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter']) {
    tf.registerKernel(filterGradient(tf, name));
  }
  const present = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (!present.has(kernel.kernelName)) tf.registerKernel(onJavaScript(tf, kernel, onFallback));
  }
  return { sweep };
}

/**
 * A clone shares the values, counted, as it does in every other backend (and as this one's reshape does). The backend's
 * own kernel copies them, which doubles the activations that a gradient keeps and gives each clone another identity.
 */
const sharedIdentity: KernelConfig = {
  kernelName: 'Identity',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x'] as TensorInfo;
    (backend as Storage).incRef(dataId);
    return { dataId, shape, dtype };
  },
};

/** Filters are looked through when there are more than this: those that a network computes come and go. */
const manyFilters = 1000;

interface KeptFilters {
  readonly turned: TurnFilter;
  /** Forgets those whose filter is gone. */
  sweep(): void;
}

/**
 * Keeps turned filters for the next gradient: turning those of the shipped photo network takes as long as a gradient at
 * 64 × 64.
 */
function keptFilters(tf: Tfjs): KeptFilters {
  const kept = new Map<object, Partial<Record<FilterForm, Tensor4D>>>();
  const sweep = (): void => {
    const { dataIdMap } = tf.findBackend('wasm') as unknown as { dataIdMap: { has(dataId: object): boolean } };
    for (const [dataId, forms] of kept) {
      if (dataIdMap.has(dataId)) continue;
      Object.values(forms).forEach((form) => form.dispose());
      kept.delete(dataId);
    }
  };
  const turned: TurnFilter = (filter, form, turn) => {
    const forms = kept.get(filter.dataId) ?? {};
    if (kept.size > manyFilters) sweep();
    const made = (forms[form] ??= tf.keep(turn(filter)));
    kept.set(filter.dataId, forms);
    return made;
  };
  return { turned, sweep };
}

/**
 * The gradient of fused convolutions asks for that of the filter along with the picture's, and nobody looks at it here.
 * It is not computed, but not a number, so that it can never pass for one.
 */
function filterGradient(tf: Tfjs, kernelName: string): KernelConfig {
  return { kernelName, backendName: 'wasm', kernelFunc: () => tf.scalar(NaN) };
}

/** A kernel of the JavaScript backend for values that live in the WebAssembly backend. */
function onJavaScript(tf: Tfjs, kernel: KernelConfig, onFallback: (operator: string) => void): KernelConfig {
  return {
    kernelName: kernel.kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      onFallback(kernel.kernelName);
      const [own, cpu] = [backend as Storage, tf.engine().findBackend('cpu') as Storage];
      const move = (from: Storage, to: Storage, { dataId, shape, dtype }: TensorInfo): TensorInfo => ({
        dataId: to.write(from.readSync(dataId), shape, dtype),
        shape,
        dtype,
      });
      // Optional inputs may be undefined.
      const given = Object.entries(inputs).flatMap(([name, info]) => (info ? [[name, info] as const] : []));
      const moved = Object.fromEntries(given.map(([name, info]) => [name, move(own, cpu, info)]));
      const results = [kernel.kernelFunc({ inputs: moved, attrs: attrs ?? {}, backend: cpu })].flat();
      const returned = results.map((info) => move(cpu, own, info));
      for (const { dataId } of [...Object.values(moved), ...results]) cpu.disposeData(dataId);
      return returned.length === 1 ? returned[0] : returned;
    },
  };
}
