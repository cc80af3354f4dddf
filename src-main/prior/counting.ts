import type { ScoreNetwork } from './score-network.ts';

/** A score network that knows how often it was asked. */
export interface CountingNetwork extends ScoreNetwork {
  /**
   * Evaluations of D so far, the usual "number of function evaluations": one for each call, whatever the batch size,
   * with or without a gradient.
   */
  readonly nfe: number;
  /** How many of them also computed a vector–Jacobian product. */
  readonly vjps: number;
}

/**
 * Counts the evaluations that go through `network`. Calls that fail are not counted. Wrapped around a tiled network it
 * counts evaluations of the whole picture; `dispose` disposes the wrapped network.
 */
export function countingNetwork(network: ScoreNetwork): CountingNetwork {
  let nfe = 0;
  let vjps = 0;
  const { vjp } = network;
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
    ...(network.gradientProblem === undefined ? {} : { gradientProblem: network.gradientProblem }),
    dispose: () => network.dispose(),
  };
}
