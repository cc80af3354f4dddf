import type { ScoreNetwork } from './score-network.ts';

/** A score network that knows how often it was asked. */
export interface CountingNetwork extends ScoreNetwork {
  /**
   * Evaluations of D so far, the usual "number of function evaluations": one for each call, whatever the batch size,
   * with or without a gradient. A linearization is one, unless it evaluates D again for every product.
   */
  readonly nfe: number;
  /** Vector–Jacobian products so far. */
  readonly vjps: number;
}

/**
 * Counts the evaluations that go through `network`. Calls that fail are not counted. Wrapped around a tiled network it
 * counts evaluations of the whole picture; `dispose` disposes the wrapped network.
 */
export function countingNetwork(network: ScoreNetwork): CountingNetwork {
  let nfe = 0;
  let vjps = 0;
  const { vjp, linearize } = network;
  return {
    manifest: network.manifest,
    provider: network.provider,
    get nfe() {
      return nfe;
    },
    get vjps() {
      return vjps;
    },
    async denoise(x, sigma) {
      const denoised = await network.denoise(x, sigma);
      nfe++;
      return denoised;
    },
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x, sigma, v) {
            const result = await vjp.call(network, x, sigma, v);
            nfe++;
            vjps++;
            return result;
          },
        }),
    ...(linearize === undefined
      ? {}
      : {
          async linearize(x, sigma) {
            const { denoised, recomputes, pull } = await linearize.call(network, x, sigma);
            nfe++;
            return {
              denoised,
              recomputes,
              async pull(v) {
                const product = await pull(v);
                if (recomputes) nfe++;
                vjps++;
                return product;
              },
            };
          },
        }),
    ...(network.gradientProblem === undefined ? {} : { gradientProblem: network.gradientProblem }),
    dispose: () => network.dispose(),
  };
}
