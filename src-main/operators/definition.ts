import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import type { ImageShape } from '../tensor/tensor.ts';
import type { LinearOperator } from './operator.ts';

/** An operator by name with its options, as requests and journals carry it. */
export interface OperatorSpec {
  readonly name: string;
  readonly options?: unknown;
}

/** Builds an operator for inputs of `inputShape`; operators made of operators receive it to build their parts. */
export type BuildOperator = (spec: OperatorSpec, inputShape: ImageShape) => LinearOperator;

/** A registered kind of operator. */
export interface OperatorDefinition {
  readonly name: string;
  /** One sentence for people choosing an operator. */
  readonly summary: string;
  readonly options: z.ZodType;
  /** @throws invalid-argument when `options` do not fit the schema. */
  create(inputShape: ImageShape, options: unknown, build: BuildOperator): LinearOperator;
}

/** Ties an options schema to a factory; the factory receives parsed options only. */
export function defineOperator<Options extends z.ZodType>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  create(inputShape: ImageShape, options: z.output<Options>, build: BuildOperator): LinearOperator;
}): OperatorDefinition {
  const { name, summary, options: schema } = definition;
  return {
    name,
    summary,
    options: schema,
    create(inputShape, options, build) {
      const parsed = schema.safeParse(options ?? {});
      if (!parsed.success) {
        throw new LangevinError(
          'invalid-argument',
          `The options of operator ${name} are not valid: ${issueSentences(parsed.error, options, 'the operator')}.`,
          { cause: parsed.error },
        );
      }
      return definition.create(inputShape, parsed.data, build);
    },
  };
}

/** Schema of an operator by name inside another operator's options. */
export const operatorSpec = z.strictObject({ name: z.string().min(1), options: z.unknown().optional() });
