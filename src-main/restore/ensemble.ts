import type { EnsembleSize } from '../prior/symmetric.ts';
import { linear, scale, type Tensor } from '../tensor/tensor.ts';
import { inTurn } from './side-by-side.ts';

/** What makes a run of an ensemble differ from the others. */
export interface EnsembleMember {
  /** The symmetry through which its network sees the picture; see `symmetricNetwork`. */
  readonly element: number;
  /** Goes to the end of its generator's path; empty for the first pair. */
  readonly stream: readonly number[];
  /** Of its noise: the second of a pair has the first's with the other sign. */
  readonly sign: 1 | -1;
}

/** The members of an ensemble; the first is the run that is made without one. */
export function ensembleMembers(size: EnsembleSize): EnsembleMember[] {
  return Array.from({ length: size }, (_, element) => {
    const pair = element >> 1;
    return { element, stream: pair === 0 ? [] : [pair], sign: element % 2 === 0 ? 1 : -1 };
  });
}

/** The mean of the members' results. */
export function ensembleAverage(results: readonly Tensor[]): Tensor {
  return scale(
    1 / results.length,
    results.reduce((sum, x) => linear(1, sum, 1, x)),
  );
}

/**
 * The mean of runs that differ in the symmetry through which the network sees the picture and, pair by pair, in the sign
 * of their noise, which so cancels to first order (antithetic variates, Hammersley & Morton 1956). It is nearer to the
 * posterior mean than a run; it is no sample.
 */
export async function* ensembleMean<Event>(
  size: EnsembleSize,
  run: (member: EnsembleMember) => AsyncGenerator<Event, Tensor>,
): AsyncGenerator<Event, Tensor> {
  return ensembleAverage(yield* inTurn(ensembleMembers(size).map((member) => () => run(member))));
}
