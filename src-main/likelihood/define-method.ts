import type { LikelihoodMethod } from './likelihood.ts';

/** A method with the option defaults read from its schema, so that they are written once. */
export function defineMethod<Options extends object>(
  method: Omit<LikelihoodMethod<Options>, 'defaults'>,
): LikelihoodMethod<Options> {
  return { ...method, defaults: method.schema.parse({}) };
}
