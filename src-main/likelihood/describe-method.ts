import { z } from 'zod';
import type { LikelihoodMethod, SamplingDefaults } from './likelihood.ts';

/** One option of a method, for help texts and forms. */
export interface OptionDescription {
  readonly name: string;
  /** Meaning, where the schema says it. */
  readonly description?: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'text';
  /** May be null, which leaves the value to the method. */
  readonly nullable: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The range in words, such as "integer, 1 to 100". */
  readonly range: string;
  readonly default: number | boolean | string | null;
}

/** A method for people and programs. */
export interface MethodDescription {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** What it asks of the network, the operator and the noise, in words. */
  readonly needs: readonly string[];
  readonly options: readonly OptionDescription[];
  readonly sampling: SamplingDefaults;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: number | boolean | string | null;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** Name, source, needs and own options of a method, the latter read from its schema so that they are written once. */
export function describeMethod(method: LikelihoodMethod): MethodDescription {
  const { name, title, source, needs, schema, sampling } = method;
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, JsonSchema> };
  return {
    name,
    title,
    source,
    needs: [
      ...(needs.vjp ? ['gradients of the network'] : []),
      ...(needs.spectrum ? ['an operator with a closed singular value decomposition'] : []),
      ...(needs.operators === undefined ? [] : [`one of the operators ${needs.operators.join(', ')}`]),
      ...(needs.noiselessOnly ? ['a measurement without noise'] : []),
    ],
    options: Object.entries(properties).map(([option, property]) => describeOption(option, property)),
    sampling,
  };
}

function describeOption(name: string, property: JsonSchema): OptionDescription {
  const alternatives = property.anyOf ?? [property];
  const value = alternatives.find(({ type }) => type !== 'null') ?? property;
  const nullable = alternatives.some(({ type }) => type === 'null');
  const types = { integer: 'integer', number: 'number', boolean: 'boolean' } as const;
  const type = types[value.type as keyof typeof types] ?? 'text';
  // Integers of any size come with the largest safe one as a bound, which says nothing to people.
  const bounded = (bound: number | undefined): number | undefined =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
  const minimum = bounded(value.minimum ?? value.exclusiveMinimum);
  const maximum = bounded(value.maximum ?? value.exclusiveMaximum);
  const above = value.exclusiveMinimum === undefined ? 'from' : 'above';
  const range = [
    type,
    ...(minimum === undefined ? [] : [`${above} ${minimum}`]),
    ...(maximum === undefined ? [] : [`${value.exclusiveMaximum === undefined ? 'to' : 'below'} ${maximum}`]),
    ...(nullable ? ['or null'] : []),
  ].join(' ');
  return {
    name,
    ...(property.description === undefined ? {} : { description: property.description }),
    type,
    nullable,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    range,
    default: property.default ?? null,
  };
}
