import type { GraphModel, LayersModel, Tensor } from './tensorflow.ts';
import { counted } from '../../counted.ts';
import { LangevinError } from '../../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { Tfjs } from './library.ts';
import { modelArtifacts, type WeightFile } from './model-files.ts';

/** [n, c, h, w] or [n, h, w, c]. */
export type PictureLayout = 'channels-first' | 'channels-last';

/** A score network in TensorFlow.js with its inputs and output known. */
export interface LoadedModel {
  readonly pictureLayout: PictureLayout;
  /** Whether the time input has the shape [n, 1] rather than [n]. */
  readonly timeIsColumn: boolean;
  /** N(x, time), in the layout of x; differentiable with respect to x. */
  apply(x: Tensor, time: Tensor): Tensor;
  dispose(): void;
}

interface Input {
  readonly name: string;
  readonly shape: readonly (number | null)[] | undefined;
}

/**
 * Loads a graph or a layers model.
 * @throws model-corrupt, file-not-found
 * @throws invalid-manifest when its inputs and output are not those of the manifest
 */
export async function loadModel(
  tf: Tfjs,
  manifest: Manifest,
  json: Uint8Array,
  files: readonly WeightFile[],
): Promise<LoadedModel> {
  const source = tf.io.fromMemory(modelArtifacts(manifest, json, files));
  try {
    return manifest.format === 'tfjs-graph'
      ? graphModel(manifest, await tf.loadGraphModel(source))
      : layersModel(manifest, await tf.loadLayersModel(source));
  } catch (error) {
    if (error instanceof LangevinError) throw error;
    const reason = (error as Error).message.split('\n', 1)[0];
    throw new LangevinError(
      'model-corrupt',
      `${manifest.file} of the model ${manifest.name} cannot be loaded by TensorFlow.js: ${reason}`,
      { cause: error },
    );
  }
}

function graphModel(manifest: Manifest, model: GraphModel): LoadedModel {
  const signature = model.modelSignature as SignatureDef;
  const nodeOf = (entries: SignatureDef['inputs'], name: string): string =>
    (entries?.[name]?.name ?? name).replace(/:0$/, '');
  const inputs = model.inputs.map(({ name, shape }) => ({ name: name.replace(/:0$/, ''), shape }));
  const outputs = model.outputs.map(({ name }) => name.replace(/:0$/, ''));
  const x = nodeOf(signature.inputs, manifest.inputs.x);
  const time = nodeOf(signature.inputs, manifest.inputs.time);
  const output = nodeOf(signature.outputs, manifest.output);
  const description = describe(manifest, inputs, { x, time });
  if (!outputs.includes(output)) {
    throw mismatch(manifest, `it has no output "${manifest.output}" but ${quoted(outputs)}`);
  }
  return {
    ...description,
    apply: (picture, times) => model.execute({ [x]: picture, [time]: times }, output) as Tensor,
    dispose: () => model.dispose(),
  };
}

interface SignatureDef {
  readonly inputs?: Readonly<Record<string, { readonly name: string }>>;
  readonly outputs?: Readonly<Record<string, { readonly name: string }>>;
}

function layersModel(manifest: Manifest, model: LayersModel): LoadedModel {
  const inputs = model.inputs.map(({ shape }, i) => ({ name: model.inputNames[i], shape }));
  const description = describe(manifest, inputs, manifest.inputs);
  const position = model.outputNames.indexOf(manifest.output);
  if (position < 0) {
    throw mismatch(manifest, `it has no output "${manifest.output}" but ${quoted(model.outputNames)}`);
  }
  const xFirst = model.inputNames[0] === manifest.inputs.x;
  return {
    ...description,
    apply: (picture, times) => {
      const results = [model.apply(xFirst ? [picture, times] : [times, picture], { training: false })].flat();
      return results[position] as Tensor;
    },
    dispose: () => void model.dispose(),
  };
}

/** Finds out the order of the axes from the declared shapes; [n, h, w, c] is TensorFlow's own. */
function describe(
  manifest: Manifest,
  inputs: readonly Input[],
  { x, time }: { readonly x: string; readonly time: string },
): Pick<LoadedModel, 'pictureLayout' | 'timeIsColumn'> {
  if (inputs.length !== 2) {
    throw mismatch(
      manifest,
      `it has ${counted(inputs.length, 'input')}, and a score network has two, the picture and the time`,
    );
  }
  const find = (wanted: string, name: string): Input => {
    const found = inputs.find((input) => input.name === wanted);
    if (found === undefined) {
      const names = quoted(inputs.map((input) => input.name));
      throw mismatch(manifest, `it has no input "${name}" but ${names}`);
    }
    return found;
  };
  const picture = find(x, manifest.inputs.x).shape;
  const times = find(time, manifest.inputs.time).shape;
  const free = (size: number | null): boolean => size === null || size < 0;
  if (picture !== undefined && picture.length !== 4) {
    throw mismatch(manifest, `"${manifest.inputs.x}" has ${counted(picture.length, 'axis', 'axes')}, not 4`);
  }
  const [, first, , last] = picture ?? [];
  const isFirst = first === manifest.channels && last !== manifest.channels;
  const spatial = picture === undefined ? [] : isFirst ? [picture[2], picture[3]] : [picture[1], picture[2]];
  const channels = isFirst ? first : last;
  if (channels !== undefined && !free(channels) && channels !== manifest.channels) {
    throw mismatch(
      manifest,
      `"${manifest.inputs.x}" has ${channels} channels and the manifest says ${manifest.channels}`,
    );
  }
  if (!spatial.every(free)) {
    throw mismatch(manifest, `it only takes pictures of ${spatial.join(' × ')}; height and width must be free`);
  }
  return { pictureLayout: isFirst ? 'channels-first' : 'channels-last', timeIsColumn: times?.length === 2 };
}

function mismatch(manifest: Manifest, problem: string): LangevinError {
  return new LangevinError(
    'invalid-manifest',
    `The manifest of ${manifest.name} does not describe ${manifest.file}: ${problem}.`,
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
