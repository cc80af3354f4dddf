import { createHash } from 'node:crypto';
import type { InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { LangevinError } from '../../errors.ts';
import { externalLocations } from '../../prior/differentiate/external-data.ts';
import { modelProtoType, type ModelProto } from '../../prior/differentiate/onnx-schema.ts';
import { loadOnnxRuntime } from '../../prior/onnx-runtime.ts';
import { manifestSchema, parseManifest, type Manifest } from '../../prior/manifest.ts';

/** What a manifest says that a network file does not; the defaults are those of an EDM denoiser. */
export const networkFactsSchema = z.strictObject({
  name: manifestSchema.shape.name,
  title: z.string().min(1).optional(),
  version: z.string().min(1).default('1'),
  licence: z.string().min(1).default('not stated'),
  time: manifestSchema.shape.time.default({ kind: 'sigma' }),
  prediction: manifestSchema.shape.prediction.default('denoised'),
  sde: manifestSchema.shape.sde.default({ name: 'edm' }),
  stride: manifestSchema.shape.stride.default(16),
  receptiveField: manifestSchema.shape.receptiveField.default(128),
  sigmaMin: manifestSchema.shape.sigmaMin.default(0.002),
  sigmaMax: manifestSchema.shape.sigmaMax.default(80),
  sigmaData: manifestSchema.shape.sigmaData.default(0.5),
});
export type NetworkFacts = z.input<typeof networkFactsSchema>;

/**
 * Writes the manifest of an ONNX file: names, channels and files of weights are read from it, the rest is told.
 * @param readExternal  a file of external data, by the location that the network calls it by.
 * @throws model-corrupt, invalid-manifest with what the network has instead of a picture and a time.
 */
export async function describeNetwork(
  file: string,
  bytes: Uint8Array,
  facts: z.output<typeof networkFactsSchema>,
  readExternal: (location: string) => Promise<Uint8Array>,
): Promise<{ manifest: Manifest; externalFiles: { readonly path: string; readonly data: Uint8Array }[] }> {
  const externalFiles = await Promise.all(
    locationsIn(file, bytes).map(async (path) => ({ path, data: await readExternal(path) })),
  );
  const { inputs, output } = await signature(file, bytes, externalFiles);
  const picture = inputs.find(({ shape }) => shape.length === 4);
  const time = inputs.find((input) => input !== picture);
  const result = output.find(({ shape }) => shape.length === 4) ?? output[0];
  if (inputs.length !== 2 || picture === undefined || time === undefined || result === undefined) {
    const list = inputs.map(({ name, shape }) => `"${name}" [${shape.join(', ')}]`).join(', ') || 'none';
    throw new LangevinError(
      'invalid-manifest',
      `${file} is not a score network: it needs two inputs, a picture [n, c, h, w] and a time [n], and has ${list}. ` +
        'Export it with free height and width and without conditioning.',
    );
  }
  const manifest = parseManifest(
    {
      schema: 1,
      ...facts,
      title: facts.title ?? facts.name,
      format: 'onnx',
      file,
      sha256: sha256(bytes),
      externalFiles: externalFiles.map(({ path, data }) => ({ file: path, sha256: sha256(data) })),
      channels: picture.shape[1],
      inputs: { x: picture.name, time: time.name },
      output: result.name,
    },
    file,
  );
  return { manifest, externalFiles };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function locationsIn(file: string, bytes: Uint8Array): string[] {
  let model: ModelProto;
  try {
    model = modelProtoType.decode(bytes) as unknown as ModelProto;
    if (!model.graph) throw new Error('it has no graph');
  } catch (error) {
    throw notOnnx(file, error);
  }
  return externalLocations(model.graph);
}

type Value = { readonly name: string; readonly shape: readonly (string | number)[] };

async function signature(
  file: string,
  bytes: Uint8Array,
  externalData: { readonly path: string; readonly data: Uint8Array }[],
): Promise<{ inputs: Value[]; output: Value[] }> {
  const runtime = await loadOnnxRuntime();
  const session = await runtime.InferenceSession.create(bytes, { executionProviders: ['cpu'], externalData }).catch(
    (error: unknown) => {
      throw notOnnx(file, error);
    },
  );
  try {
    const values = (metadata: readonly InferenceSession.ValueMetadata[]): Value[] =>
      metadata.map((value) => ({ name: value.name, shape: value.isTensor ? value.shape : [] }));
    return { inputs: values(session.inputMetadata), output: values(session.outputMetadata) };
  } finally {
    await session.release();
  }
}

function notOnnx(file: string, error: unknown): LangevinError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LangevinError('model-corrupt', `${file} is not an ONNX network that can be loaded: ${reason}`, {
    cause: error,
  });
}
