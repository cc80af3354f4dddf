import { LangevinError } from '../errors.ts';
import type { ImageShape } from '../tensor/tensor.ts';
import type { OperatorDefinition, OperatorSpec } from './definition.ts';
import { blurDefinition } from './blur.ts';
import { channelGainDefinition } from './channel-gain.ts';
import { chromaDefinition } from './chroma.ts';
import { composeDefinition } from './compose.ts';
import { downsampleDefinition } from './downsample.ts';
import { grainWhiteningDefinition } from './grain-whitening.ts';
import { fanBeamDefinition } from './fan-beam.ts';
import { identityDefinition } from './identity.ts';
import { jpegDefinition } from './jpeg.ts';
import { lumaDefinition } from './luma.ts';
import { maskDefinition } from './mask.ts';
import { radonDefinition } from './radon.ts';
import { scaledDefinition } from './scaled.ts';
import { stackDefinition } from './stack.ts';
import { weightedDefinition } from './weighted.ts';
import type { LinearOperator } from './operator.ts';

/** Every operator by its name. To add one, write its file and add its definition here; the tests then ask for cases. */
export const operators: ReadonlyMap<string, OperatorDefinition> = register([
  identityDefinition,
  maskDefinition,
  weightedDefinition,
  channelGainDefinition,
  grainWhiteningDefinition,
  lumaDefinition,
  chromaDefinition,
  downsampleDefinition,
  blurDefinition,
  radonDefinition,
  fanBeamDefinition,
  jpegDefinition,
  scaledDefinition,
  composeDefinition,
  stackDefinition,
]);

/**
 * Builds an operator by name.
 * @param inputShape  [channels, height, width] of the image x.
 * @throws unsupported-operator for an unknown name; invalid-argument for options that do not fit.
 */
export function createOperator(spec: OperatorSpec, inputShape: ImageShape): LinearOperator {
  const definition = operators.get(spec.name);
  if (definition === undefined) {
    throw new LangevinError(
      'unsupported-operator',
      `There is no operator named ${JSON.stringify(spec.name)}; the known ones are ${[...operators.keys()].join(', ')}.`,
    );
  }
  return definition.create(inputShape, spec.options, createOperator);
}

function register(definitions: readonly OperatorDefinition[]): ReadonlyMap<string, OperatorDefinition> {
  const map = new Map<string, OperatorDefinition>();
  for (const definition of definitions) {
    if (map.has(definition.name)) {
      throw new LangevinError('internal', `Two operators are registered as ${definition.name}; names must be unique.`);
    }
    map.set(definition.name, definition);
  }
  return map;
}
