import type { EnsembleSize } from '../prior/symmetric.ts';
import { linear, scale, type Tensor } from '../tensor/tensor.ts';

/** What makes a run of an ensemble differ from the others. */
export interface EnsembleMember {
  /** The symmetry through which its network sees the picture; see `symmetricNetwork`. */
  readonly element: number;
  /** Goes to the end of its generator's path; empty for the first pair. */
  readonly stream: readonly number[];
  /** Of its noise: the second of a pair has the first's with the other sign. */
  readonly sign: 1 | -1;
}

/**
 * The mean of runs that differ in the symmetry through which the network sees the picture and, pair by pair, in the sign
 * of their noise, which so cancels to first order (antithetic variates, Hammersley & Morton 1956). It is nearer to the
 * posterior mean than a run; it is no sample. The first run is the one that is made without an ensemble.
 */
export async function* ensembleMean<Event>(
  size: EnsembleSize,
  run: (member: EnsembleMember) => AsyncGenerator<Event, Tensor>,
): AsyncGenerator<Event, Tensor> {
  let sum: Tensor | undefined;
  for (let element = 0; element < size; element++) {
    const pair = element >> 1;
    const member = {
      element,
      stream: pair === 0 ? [] : [pair],
      sign: element % 2 === 0 ? (1 as const) : (-1 as const),
    };
    const x = yield* run(member);
    sum = sum === undefined ? x : linear(1, sum, 1, x);
  }
  return scale(1 / size, sum!);
}
