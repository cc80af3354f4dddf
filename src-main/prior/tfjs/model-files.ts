import type { io } from './tensorflow.ts';
import { z } from 'zod';
import { LangevinError } from '../../errors.ts';
import type { Manifest } from '../manifest.ts';

/** A file beside model.json, under the path that model.json calls it by. */
export interface WeightFile {
  readonly path: string;
  readonly data: Uint8Array;
}

type Metadata = NonNullable<io.ModelArtifacts['userDefinedMetadata']>;

/** The parts of model.json that loading needs; TensorFlow.js itself checks the rest. */
const modelJson = z.looseObject({
  format: z.string().optional(),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.strictObject({ paths: z.array(z.string()), weights: z.array(z.looseObject({})) })),
  signature: z.looseObject({}).optional(),
  userDefinedMetadata: z.looseObject({}).optional(),
});

/**
 * A TensorFlow.js model from the bytes of its files, with nothing read from anywhere else.
 * @param json   bytes of model.json
 * @param files  the manifest's externalFiles
 * @throws model-corrupt   when model.json is not one, or is of the other of the two formats
 * @throws file-not-found  when it names a weight file that is not among `files`
 */
export function modelArtifacts(manifest: Manifest, json: Uint8Array, files: readonly WeightFile[]): io.ModelArtifacts {
  const corrupt = (problem: string, cause?: unknown): LangevinError =>
    new LangevinError(
      'model-corrupt',
      `${manifest.file} of the model ${manifest.name} is not a TensorFlow.js model: ${problem}.`,
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(json));
  } catch (error) {
    throw corrupt(`it is not valid JSON (${(error as Error).message})`, error);
  }
  const parsed = modelJson.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw corrupt(`${issue.path.join('.') || 'its content'}: ${issue.message}`, parsed.error);
  }
  const { format, modelTopology, weightsManifest, signature, userDefinedMetadata } = parsed.data;
  const isGraph = 'node' in modelTopology;
  if (isGraph !== (manifest.format === 'tfjs-graph')) {
    throw corrupt(`it is a ${isGraph ? 'graph' : 'layers'} model, and the manifest says ${manifest.format}`);
  }
  const shards = weightsManifest.flatMap(({ paths }) => paths).map((path) => find(manifest, files, path));
  const artifacts: io.ModelArtifacts = {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights) as unknown as io.WeightsManifestEntry[],
    weightData: joined(shards),
  };
  if (format !== undefined) artifacts.format = format;
  if (signature !== undefined) artifacts.signature = signature as NonNullable<typeof artifacts.signature>;
  if (userDefinedMetadata !== undefined) artifacts.userDefinedMetadata = userDefinedMetadata as Metadata;
  return artifacts;
}

function find(manifest: Manifest, files: readonly WeightFile[], path: string): Uint8Array {
  const file = files.find((candidate) => candidate.path === path);
  if (file !== undefined) return file.data;
  throw new LangevinError(
    'file-not-found',
    `${manifest.file} of the model ${manifest.name} needs the weight file ${path}, which the manifest does not list. ` +
      'Add it to externalFiles with its sha256.',
  );
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes.buffer;
}
