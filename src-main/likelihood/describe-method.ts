import { z } from 'zod';
import type { LikelihoodMethod, SamplingDefaults } from './likelihood.ts';

/** One option of a method, for help texts and forms. */
export interface OptionDescription {
  readonly name: string;
  /** Meaning, where the schema says it. */
  readonly description?: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'text';
  /** Of a text: those that there are. */
  readonly values?: readonly string[];
  /** May be null, which leaves the value to the method. */
  readonly nullable: boolean;
  readonly minimum?: number;
  /** The value must be above the minimum, not at it. */
  readonly minimumExcluded?: true;
  readonly maximum?: number;
  readonly maximumExcluded?: true;
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
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The options of a schema in its order, so that they are written once. */
export function describeOptions(schema: z.ZodType): OptionDescription[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, JsonSchema> };
  return Object.entries(properties).map(([name, property]) => describeOption(name, property));
}

/** Name, source, needs and own options of a method, the latter read from its schema so that they are written once. */
export function describeMethod(method: LikelihoodMethod): MethodDescription {
  const { name, title, source, needs, schema, sampling } = method;
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
    options: describeOptions(schema),
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
    value.enum === undefined ? type : value.enum.join(' or '),
    ...(minimum === undefined ? [] : [`${above} ${minimum}`]),
    ...(maximum === undefined ? [] : [`${value.exclusiveMaximum === undefined ? 'to' : 'below'} ${maximum}`]),
    ...(nullable ? ['or null'] : []),
  ].join(' ');
  return {
    name,
    ...(property.description === undefined ? {} : { description: property.description }),
    type,
    ...(value.enum === undefined ? {} : { values: value.enum }),
    nullable,
    ...(minimum === undefined ? {} : { minimum }),
    ...(value.exclusiveMinimum === undefined ? {} : { minimumExcluded: true }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(value.exclusiveMaximum === undefined ? {} : { maximumExcluded: true }),
    range,
    default: property.default ?? null,
  };
}
