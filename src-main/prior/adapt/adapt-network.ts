import { LangevinError } from '../../errors.ts';
import { modelProtoType, type ModelProto, type ValueInfoProto } from '../differentiate/onnx-schema.ts';
import { elementType, isFloating } from '../differentiate/tensor-proto.ts';
import type { Manifest } from '../manifest.ts';
import {
  describeValue,
  fileSignature,
  readOnnxFile,
  type DeclaredValue,
  type FileSignature,
} from './file-signature.ts';
import { Surgeon } from './surgeon.ts';

/** A network file in the one form that everything else works with. */
export interface AdaptedNetwork {
  /**
   * ONNX file with two inputs, x float32 [n, c, h, w] and time float32 [n], and with D or whatever the manifest's
   * prediction says in `output`, float32 of the shape of x. The given bytes where they have this form already.
   */
  readonly bytes: Uint8Array;
  readonly inputs: { readonly x: string; readonly time: string };
  readonly output: string;
  /** Channels of x in the file: 1 where a colour picture goes through channel by channel. */
  readonly channels: 1 | 3;
  /** The one [height, width] that the file takes, where it declares one. */
  readonly fixedSize: readonly [number, number] | undefined;
  /** Whether samples can only be run one by one, because the file has room for one time, or one sample. */
  readonly oneSample: boolean;
  /** The further input of the class, where the manifest names one. */
  readonly label: LabelInput | undefined;
  /** Differs between adapters of one file; empty where there is none. */
  readonly key: string;
}

/** An input of the adapted network, float32 of one dimension: what the file takes for one sample. */
export interface LabelInput {
  readonly name: string;
  /** @param label  a class; undefined: what the manifest's `extraInputs` says. */
  values(label: number | undefined): Float32Array;
}

/** What an adapter goes by, of the manifest. */
export type AdapterManifest = Pick<
  Manifest,
  | 'name'
  | 'file'
  | 'channels'
  | 'inputs'
  | 'output'
  | 'extraInputs'
  | 'classLabels'
  | 'layout'
  | 'channelOrder'
  | 'fixedSize'
  | 'time'
>;

/** Names of the adapted network's values; also the beginning of those of its nodes. */
const PREFIX = 'langevin/';
const LABEL = `${PREFIX}class`;
/** Elements of a further input that becomes a constant. */
const LARGEST_INPUT = 2 ** 22;

/**
 * Brings a network file into the form that the program works with, by nodes in front of it and behind it: they are
 * differentiated with the rest. What the file declares tells most of it:
 *
 * - time of type int64, int32, float16, double: rounded or cast; of shape [], [1], [n, 1], [n, 1, 1, 1], [n, 1, h, w];
 *   none, or a map of noise levels as one more channel of the picture
 * - pictures of float16 or double; [n, h, w, c] and BGR where the manifest says so
 * - one size, one number of samples (each is repeated to fill the batch)
 * - further inputs, with the values of the manifest's `extraInputs`; the class of `classLabels` stays an input
 * - more channels out than in (learned variance): the first ones are the prediction
 *
 * @param cutsChannels  take the first channels of the output even where the file does not declare how many there are.
 * @throws model-corrupt     when the bytes are not an ONNX file
 * @throws invalid-manifest  when file and manifest do not go together
 */
export function adaptNetwork(manifest: AdapterManifest, bytes: Uint8Array, cutsChannels = false): AdaptedNetwork {
  const model = readOnnxFile(`${manifest.file} of the model ${manifest.name}`, bytes);
  const signature = fileSignature(model);
  const parts = describeParts(manifest, signature);
  const { inputs, output } = manifest;
  const shared = {
    channels: parts.channels,
    fixedSize: manifest.fixedSize ?? parts.fixedSize,
    oneSample: parts.oneSample,
    label: labelInput(manifest, parts),
  };
  if (!cutsChannels && isPlain(manifest, signature, parts)) return { bytes, inputs, output, ...shared, key: '' };
  const { extraInputs, classLabels, layout, channelOrder, channels, time } = manifest;
  const key = JSON.stringify([
    1,
    inputs,
    output,
    extraInputs,
    layout,
    channelOrder,
    channels,
    time.kind === 'none',
    cutsChannels,
    ...(classLabels === undefined ? [] : [classLabels.input]),
  ]);
  return {
    bytes: write(manifest, model, parts),
    inputs: { x: `${PREFIX}x`, time: `${PREFIX}time` },
    output: `${PREFIX}output`,
    ...shared,
    key,
  };
}

/** Where picture, noise level and the rest are in a file. */
interface Parts {
  readonly x: DeclaredValue;
  readonly time: DeclaredValue | undefined;
  readonly output: DeclaredValue;
  readonly extras: readonly DeclaredValue[];
  /** The one of them that takes the class. */
  readonly label: DeclaredValue | undefined;
  readonly channels: 1 | 3;
  /** Whether x has one more channel, for the noise level. */
  readonly hasNoiseMap: boolean;
  /** Samples that the file takes at once, where it declares a number other than 1. */
  readonly batch: number;
  readonly fixedSize: readonly [number, number] | undefined;
  readonly oneSample: boolean;
}

function describeParts(manifest: AdapterManifest, { inputs, outputs }: FileSignature): Parts {
  const fail = (problem: string): never => {
    throw new LangevinError(
      'invalid-manifest',
      `The manifest of ${manifest.name} does not describe ${manifest.file}: ${problem}.`,
    );
  };
  const list = (values: readonly DeclaredValue[]): string => values.map(describeValue).join(', ') || 'none';
  const x = inputs.find(({ name }) => name === manifest.inputs.x);
  const output = outputs.find(({ name }) => name === manifest.output);
  if (x === undefined) return fail(`it has no input "${manifest.inputs.x}" but ${list(inputs)}`);
  if (output === undefined) return fail(`it has no output "${manifest.output}" but ${list(outputs)}`);
  for (const picture of [x, output]) {
    if (!isFloating(picture.type)) fail(`"${picture.name}" is not a float32 or float16 tensor`);
    if (picture.dims !== undefined && picture.dims.length !== 4) {
      fail(`${describeValue(picture)} is not [n, c, h, w]`);
    }
  }
  const order = manifest.layout === 'nhwc' ? [0, 3, 1, 2] : [0, 1, 2, 3];
  const [n, c, height, width] = order.map((axis) => x.dims?.[axis] ?? '');
  const time = inputs.find(({ name }) => name === manifest.inputs.time && name !== x.name);
  const hasNoiseMap = time === undefined && (c === manifest.channels + 1 || c === 2);
  if (time === undefined && !hasNoiseMap && manifest.time.kind !== 'none') {
    fail(`it has no input "${manifest.inputs.time}" but ${list(inputs)}`);
  }
  if (time !== undefined && time.type !== elementType.double && !isTimeType(time.type)) {
    fail(`the time input ${describeValue(time)} is neither a number nor an integer`);
  }
  const extras = inputs.filter((value) => value !== x && value !== time);
  const unknown = extras.find(({ name }) => !Object.hasOwn(manifest.extraInputs ?? {}, name));
  if (unknown !== undefined) {
    fail(`it has a further input ${describeValue(unknown)}, for which extraInputs gives no value`);
  }
  const surplus = Object.keys(manifest.extraInputs ?? {}).find((name) => !extras.some((extra) => extra.name === name));
  if (surplus !== undefined) fail(`it has no further input "${surplus}" but ${list(extras)}`);
  const label = extras.find(({ name }) => name === manifest.classLabels?.input);
  if (manifest.classLabels !== undefined) {
    const { input, count } = manifest.classLabels;
    if (label === undefined) fail(`it has no further input "${input}" for the class but ${list(extras)}`);
    else if (isVector(label) && labelSize(label) !== count) {
      fail(`the input of the class, ${describeValue(label)}, is not a vector of ${count} classes`);
    }
  }
  const channels = typeof c === 'number' ? c - (hasNoiseMap ? 1 : 0) : manifest.channels;
  if (channels !== manifest.channels && !(channels === 1 && manifest.channels === 3)) {
    fail(`"${x.name}" has ${c} channels and the manifest says ${manifest.channels}`);
  }
  const answered = output.dims?.[order[1]];
  if (typeof answered === 'number' && answered < channels) {
    fail(`"${output.name}" has ${answered} channels, fewer than the ${channels} of the picture`);
  }
  const isFixed = typeof height === 'number' || typeof width === 'number';
  if (isFixed && !(typeof height === 'number' && typeof width === 'number')) {
    fail(`it fixes only one of height and width: ${describeValue(x)}`);
  }
  const batch = typeof n === 'number' ? n : 1;
  const timeCount = time?.dims?.length === 0 ? 1 : time?.dims?.[0];
  return {
    x,
    time,
    output,
    extras,
    label,
    channels: channels as 1 | 3,
    hasNoiseMap,
    batch,
    fixedSize: isFixed ? [height as number, width as number] : undefined,
    oneSample: typeof n === 'number' || typeof timeCount === 'number' || extras.length > 0,
  };
}

function isTimeType(type: number): boolean {
  return isFloating(type) || isInteger(type);
}

function isInteger(type: number): boolean {
  return type === elementType.int64 || type === elementType.int32;
}

function isPlain({ layout, channelOrder }: AdapterManifest, { inputs }: FileSignature, parts: Parts): boolean {
  const { x, time, output, channels, batch } = parts;
  const answered = output.dims?.[1];
  return (
    inputs.length === 2 &&
    [x, time, output].every((value) => value?.type === elementType.float) &&
    time?.dims?.length === 1 &&
    layout !== 'nhwc' &&
    channelOrder !== 'bgr' &&
    batch === 1 &&
    (typeof answered !== 'number' || answered === channels)
  );
}

function write(manifest: AdapterManifest, model: ModelProto, parts: Parts): Uint8Array {
  const surgeon = new Surgeon(PREFIX);
  const names = { x: `${PREFIX}x`, time: `${PREFIX}time`, output: `${PREFIX}output` };
  adaptPicture(surgeon, manifest, parts, names);
  adaptTime(surgeon, parts, names);
  const { label } = parts;
  for (const extra of parts.extras) if (extra !== label) fillInput(surgeon, manifest, extra, parts);
  if (label !== undefined) adaptLabel(surgeon, label, parts);
  const before = surgeon.nodes.length;
  adaptOutput(surgeon, manifest, parts, names.output);
  const graph = model.graph!;
  const picture = pictureInfo(names.x, parts);
  return modelProtoType
    .encode({
      ...model,
      graph: {
        ...graph,
        node: [...surgeon.nodes.slice(0, before), ...graph.node, ...surgeon.nodes.slice(before)],
        initializer: [...(graph.initializer ?? []), ...surgeon.initializers],
        input: [
          picture,
          valueInfo(names.time, ['n']),
          ...(label === undefined ? [] : [valueInfo(LABEL, [labelSize(label)])]),
        ],
        output: [{ ...picture, name: names.output }],
      },
    })
    .finish();
}

function adaptPicture(
  surgeon: Surgeon,
  { layout, channelOrder }: AdapterManifest,
  { x, batch, channels, hasNoiseMap }: Parts,
  names: { readonly x: string; readonly time: string },
): void {
  const steps: ((value: string, output?: string) => string)[] = [];
  if (channelOrder === 'bgr' && channels === 3) {
    steps.push((value, output) => surgeon.op('Gather', [value, surgeon.int64(2, 1, 0)], { axis: 1 }, output));
  }
  if (hasNoiseMap) {
    steps.push((value, output) => {
      return surgeon.op('Concat', [value, noiseMap(surgeon, names.time, names.x)], { axis: 1 }, output);
    });
  }
  if (batch > 1) {
    steps.push((value, output) => surgeon.op('Expand', [value, surgeon.int64(batch, 1, 1, 1)], {}, output));
  }
  if (layout === 'nhwc') {
    steps.push((value, output) => surgeon.op('Transpose', [value], { perm: [0, 2, 3, 1] }, output));
  }
  if (x.type !== elementType.float) {
    steps.push((value, output) => surgeon.op('Cast', [value], { to: x.type }, output));
  }
  finish(surgeon, names.x, steps, x.name);
}

/** [n, 1, h, w] of the noise levels, for the pictures `like` of [n, c, h, w]. */
function noiseMap(surgeon: Surgeon, time: string, like: string): string {
  const shape = surgeon.op('Shape', [like]);
  const [samples, rows, columns] = [0, 2, 3].map((axis) => surgeon.op('Gather', [shape, surgeon.int64(axis)]));
  const size = surgeon.op('Concat', [samples, surgeon.int64(1), rows, columns], { axis: 0 });
  return surgeon.op('Expand', [surgeon.op('Reshape', [time, surgeon.int64(-1, 1, 1, 1)]), size]);
}

function adaptTime(
  surgeon: Surgeon,
  { time, batch }: Parts,
  names: { readonly x: string; readonly time: string },
): void {
  // A blind network: the input is there for the caller, and nothing reads it.
  if (time === undefined) return;
  const steps: ((value: string, output?: string) => string)[] = [];
  if (isInteger(time.type)) {
    // ONNX Runtime rounds halves to even; which of two equally near steps is taken does not matter.
    steps.push((value, output) => {
      const half = surgeon.constant(elementType.float, [], [0.5]);
      return surgeon.op('Floor', [surgeon.op('Add', [value, half])], {}, output);
    });
  }
  if (time.type !== elementType.float) {
    steps.push((value, output) => surgeon.op('Cast', [value], { to: time.type }, output));
  }
  const dims = time.dims ?? [''];
  const isMap = dims.length === 4 && (dims[2] !== 1 || dims[3] !== 1);
  if (isMap) {
    steps.unshift((value, output) => {
      const map = noiseMap(surgeon, value, names.x);
      return output === undefined ? map : surgeon.op('Identity', [map], {}, output);
    });
  } else if (dims.length !== 1) {
    const shape = dims.map((_, axis) => (axis === 0 ? -1 : 1));
    steps.push((value, output) => surgeon.op('Reshape', [value, surgeon.int64(...shape)], {}, output));
  }
  if (batch > 1 && dims.length > 0) {
    const shape = dims.map((_, axis) => (axis === 0 ? batch : 1));
    steps.push((value, output) => surgeon.op('Expand', [value, surgeon.int64(...shape)], {}, output));
  }
  finish(surgeon, names.time, steps, time.name);
}

/** Runs a value through the steps; the last one's result is called `output`. */
function finish(
  surgeon: Surgeon,
  input: string,
  steps: readonly ((value: string, output?: string) => string)[],
  output: string,
): void {
  if (steps.length === 0) {
    surgeon.op('Identity', [input], {}, output);
    return;
  }
  steps.reduce((value, step, i) => (i === steps.length - 1 ? step(value, output) : step(value)), input);
}

/** An input with a value of its own becomes a constant. */
function fillInput(surgeon: Surgeon, manifest: AdapterManifest, extra: DeclaredValue, { batch }: Parts): void {
  const given = manifest.extraInputs?.[extra.name] ?? 0;
  const values = typeof given === 'number' ? [given] : given;
  const free = (extra.dims ?? []).filter((d, axis) => axis > 0 && typeof d !== 'number').length;
  const known = (extra.dims ?? []).reduce<number>((a, d, axis) => (axis > 0 && typeof d === 'number' ? a * d : a), 1);
  // One free axis besides that of the samples has the length that the values need.
  const length = free === 1 && values.length > 1 ? values.length / known : 1;
  const dims = (extra.dims ?? []).map((d, axis) =>
    axis === 0 ? (typeof d === 'number' ? d : batch) : typeof d === 'number' ? d : length,
  );
  const size = dims.reduce((a, b) => a * b, 1);
  if (size > LARGEST_INPUT) {
    throw new LangevinError(
      'invalid-manifest',
      `The input ${describeValue(extra)} of ${manifest.file} has ${size} elements; at most ${LARGEST_INPUT} can be given.`,
    );
  }
  const perSample = dims.length === 0 ? 1 : size / dims[0];
  if (values.length !== 1 && values.length !== perSample && values.length !== size) {
    throw new LangevinError(
      'invalid-manifest',
      `The manifest of ${manifest.name} gives ${values.length} values for the input ${describeValue(extra)}; ` +
        `give one, or the ${perSample} of one sample.`,
    );
  }
  if (isInteger(extra.type) && !values.every(Number.isInteger)) {
    throw new LangevinError('invalid-manifest', `The input ${describeValue(extra)} takes whole numbers.`);
  }
  const filled = Array.from({ length: size }, (_, i) => values[i % values.length]);
  surgeon.constant(extra.type, dims, filled, extra.name);
}

/** Whether a class is a vector with a one in its place, not a number. */
function isVector({ type, dims = [] }: DeclaredValue): boolean {
  return isFloating(type) && dims.length >= 2;
}

/** Elements of the input for one sample. */
function labelSize({ dims = [] }: DeclaredValue): number {
  return dims.reduce<number>((size, d, axis) => (axis > 0 && typeof d === 'number' ? size * d : size), 1);
}

function labelInput({ classLabels, extraInputs }: AdapterManifest, { label }: Parts): LabelInput | undefined {
  if (classLabels === undefined || label === undefined) return undefined;
  const size = labelSize(label);
  const given = extraInputs?.[label.name] ?? 0;
  const none = typeof given === 'number' ? new Float32Array(size).fill(given) : Float32Array.from(given);
  return {
    name: LABEL,
    values(k) {
      if (k === undefined) return none.slice();
      return isVector(label) ? new Float32Array(size).fill(1, k, k + 1) : new Float32Array(size).fill(k);
    },
  };
}

/** The class, for every sample of the batch alike. */
function adaptLabel(surgeon: Surgeon, label: DeclaredValue, { batch }: Parts): void {
  const dims = (label.dims ?? ['']).map((d, axis) => (axis === 0 || typeof d !== 'number' ? 1 : d));
  const steps: ((value: string, output?: string) => string)[] = [
    (value, output) => surgeon.op('Reshape', [value, surgeon.int64(...dims)], {}, output),
  ];
  if (label.type !== elementType.float) {
    steps.push((value, output) => surgeon.op('Cast', [value], { to: label.type }, output));
  }
  if (batch > 1 && dims.length > 0) {
    steps.push((value, output) => surgeon.op('Expand', [value, surgeon.int64(batch, ...dims.slice(1))], {}, output));
  }
  finish(surgeon, LABEL, steps, label.name);
}

function adaptOutput(
  surgeon: Surgeon,
  { layout, channelOrder }: AdapterManifest,
  { output, channels, batch }: Parts,
  name: string,
): void {
  const steps: ((value: string, result?: string) => string)[] = [];
  if (output.type !== elementType.float) {
    steps.push((value, result) => surgeon.op('Cast', [value], { to: elementType.float }, result));
  }
  if (layout === 'nhwc') {
    steps.push((value, result) => surgeon.op('Transpose', [value], { perm: [0, 3, 1, 2] }, result));
  }
  if (batch > 1) {
    steps.push((value, result) => surgeon.op('Gather', [value, surgeon.int64(0)], { axis: 0 }, result));
  }
  const answered = output.dims?.[layout === 'nhwc' ? 3 : 1];
  const isBgr = channelOrder === 'bgr' && channels === 3;
  if (isBgr || answered !== channels) {
    const wanted = isBgr ? [2, 1, 0] : Array.from({ length: channels }, (_, i) => i);
    steps.push((value, result) => surgeon.op('Gather', [value, surgeon.int64(...wanted)], { axis: 1 }, result));
  }
  finish(surgeon, output.name, steps, name);
}

function pictureInfo(name: string, { channels, fixedSize, batch, oneSample }: Parts): ValueInfoProto {
  const [height, width] = fixedSize ?? ['h', 'w'];
  return valueInfo(name, [batch > 1 || oneSample ? 1 : 'n', channels, height, width]);
}

function valueInfo(name: string, dims: readonly (number | string)[]): ValueInfoProto {
  const dim = dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: elementType.float, shape: { dim } } } };
}
