import { LangevinError } from '../../../errors.ts';
import { describeValue, type DeclaredValue, type FileSignature } from '../../../prior/adapt/file-signature.ts';
import type { ModelProto } from '../../../prior/differentiate/onnx-schema.ts';
import { isFloating, tensorDims } from '../../../prior/differentiate/tensor-proto.ts';
import type { TimeEvidence } from '../../../prior/identify/meaning.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { KnownFacts } from './network-facts.ts';

/** Which of a file's inputs and outputs is what. */
export interface FileRoles {
  readonly x: DeclaredValue;
  readonly time: DeclaredValue | undefined;
  /** Those that may be the answer, the likeliest first. */
  readonly outputs: readonly DeclaredValue[];
  readonly extraInputs: Readonly<Record<string, number | number[]>>;
  /** The one of them that takes the class, where its classes can be counted. */
  readonly classLabels: Manifest['classLabels'];
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: 1 | 3;
  readonly evidence: TimeEvidence;
  /** What was decided, for people. */
  readonly notes: readonly string[];
}

const timeNames = /^(t|time|times|timesteps?|sigmas?|noise.*|labels?|levels?|steps?|c_noise|log_snr|.*timestep.*)$/i;
const otherNames = /class|^y$|context|encoder|hidden|prompt|cond/i;
const answerNames = /^(out.*|denoised|noise.*|eps.*|score|pred.*|.*_sample|sample|x0.*|velocity)$/i;

/**
 * Reads the roles from types, shapes and names.
 * @throws invalid-manifest where there is no picture, or a whole-number input has no value
 */
export function readRoles(file: string, model: ModelProto, signature: FileSignature, facts: KnownFacts): FileRoles {
  const { inputs, outputs } = signature;
  const pictures = inputs.filter((value) => isPicture(value));
  const x = pictures.find(({ name }) => /^(x|sample|input|picture|image)/i.test(name)) ?? pictures[0];
  const answers = outputs.filter((value) => isPicture(value) || (isFloating(value.type) && value.dims === undefined));
  const list = (values: readonly DeclaredValue[]): string => values.map(describeValue).join(', ') || 'none';
  if (x === undefined || answers.length === 0) {
    throw new LangevinError(
      'invalid-manifest',
      `${file} is not a score network: it needs an input and an output for pictures, [n, c, h, w] or [n, h, w, c], and has ` +
        `the inputs ${list(inputs)} and the outputs ${list(outputs)}.`,
    );
  }
  const notes: string[] = [];
  const others = inputs.filter((value) => value !== x);
  const time =
    others.find(({ name, dims }) => timeNames.test(name) && (dims?.length ?? 1) <= 4) ??
    others.find(({ name, dims }) => !otherNames.test(name) && (dims?.length ?? 1) <= 1);
  const layout = layoutOf(x);
  const declared = x.dims?.[layout === 'nhwc' ? 3 : 1];
  const inFile = typeof declared === 'number' ? declared : (facts.channels ?? 3);
  const hasMap = time === undefined && (inFile === 4 || inFile === 2);
  const channels = facts.channels ?? ((hasMap ? inFile - 1 : inFile) as 1 | 3);
  const extraInputs: Record<string, number | number[]> = { ...facts.extraInputs };
  const label = others.find((value) => value !== time && isLabel(value));
  if (label !== undefined && facts.nullClass !== undefined && !Object.hasOwn(extraInputs, label.name)) {
    extraInputs[label.name] = facts.nullClass === 'zeros' ? 0 : facts.nullClass;
  }
  for (const extra of others) {
    if (extra === time || Object.hasOwn(extraInputs, extra.name)) continue;
    if (!isFloating(extra.type)) throw needsValue(file, extra, classesOf(model, extra.name));
    extraInputs[extra.name] = 0;
    notes.push(
      `The further input ${describeValue(extra)} is given zeros; --input ${extra.name}=… gives it other values.`,
    );
  }
  const classLabels = label && labelsOf(label, classesOf(model, label.name), facts);
  if (classLabels !== undefined) {
    const { count, unconditional } = classLabels;
    const none = unconditional
      ? 'none where none is asked for'
      : 'guidance needs to know what stands for no class: --null-class';
    notes.push(`It is told of one of ${count} classes (sample --class); ${none}.`);
  }
  if (layout === 'nhwc') notes.push('Its pictures are [n, h, w, c].');
  if (hasMap) notes.push('It takes the noise level as one more channel of the picture.');
  const named = answers.filter(({ name }) => facts.output === undefined || name === facts.output);
  if (named.length === 0) {
    throw new LangevinError(
      'invalid-manifest',
      `${file} has no output "${facts.output}" for pictures but ${list(answers)}.`,
    );
  }
  return {
    x,
    time,
    outputs: [...named].sort((a, b) => Number(answerNames.test(b.name)) - Number(answerNames.test(a.name))).slice(0, 3),
    extraInputs,
    classLabels,
    layout,
    channels,
    evidence: { kind: hasMap ? 'map' : time === undefined ? 'none' : isFloating(time.type) ? 'number' : 'integer' },
    notes,
  };
}

/** A class: a whole number, or a vector with a one in its place. */
function isLabel({ name, type, dims }: DeclaredValue): boolean {
  if (!isFloating(type)) return (dims?.length ?? 1) <= 1;
  return /class|label|^y$/i.test(name) && dims?.length === 2 && typeof dims[1] === 'number' && dims[1] >= 2;
}

/** @param rows  of the table that the class picks from, where it is known. */
function labelsOf(
  { name, type, dims }: DeclaredValue,
  rows: number | undefined,
  { classes, nullClass }: Pick<Partial<KnownFacts>, 'classes' | 'nullClass'>,
): Manifest['classLabels'] {
  const declared = isFloating(type) ? (dims?.[1] as number) : rows;
  // A row of its own for none is not a class.
  const count = classes ?? (declared !== undefined && declared - 1 === nullClass ? declared - 1 : declared);
  return count === undefined || count < 2 ? undefined : { input: name, count, unconditional: nullClass !== undefined };
}

function isPicture({ type, dims }: DeclaredValue): boolean {
  return isFloating(type) && dims?.length === 4;
}

/** Channels are few: where only the last axis is, they are last. */
function layoutOf({ dims = [] }: DeclaredValue): 'nchw' | 'nhwc' {
  const few = (d: number | string | undefined): boolean => typeof d === 'number' && d <= 4;
  return few(dims[3]) && !few(dims[1]) ? 'nhwc' : 'nchw';
}

function needsValue(file: string, input: DeclaredValue, classes: number | undefined): LangevinError {
  const range = classes === undefined ? 'whole numbers' : `0 to ${classes - 1}`;
  return new LangevinError(
    'invalid-manifest',
    `${file} has a further input ${describeValue(input)} that must be chosen (${range}): import with --input ${input.name}=0, ` +
      'or whichever class the network is to draw; or, for a network trained with classifier-free guidance, with ' +
      `--null-class ${classes === undefined ? 'K' : classes - 1}, the number that stands for no class, usually the last.`,
  );
}

/** Rows of the table that an input of whole numbers picks from. */
function classesOf({ graph }: ModelProto, input: string): number | undefined {
  const sizes = new Map((graph?.initializer ?? []).map((tensor) => [tensor.name ?? '', tensorDims(tensor)]));
  const names = new Set([input]);
  for (const node of graph?.node ?? []) {
    if (['Cast', 'Identity', 'Reshape', 'Unsqueeze', 'Squeeze'].includes(node.opType) && names.has(node.input[0])) {
      names.add(node.output[0]);
    }
    if (node.opType === 'Gather' && names.has(node.input[1])) return sizes.get(node.input[0])?.[0];
  }
  return undefined;
}
