import { calibrationSigmas, measureErrors, pixelVariance, usefulRange } from '../../../prior/identify/sigma-range.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import type { KnownFacts } from './network-facts.ts';
import { samplePictures } from './sample-pictures.ts';

const SIDE = 64;

/**
 * The manifest with the network's errors on sample pictures at every level that it knows, which guided solvers are tuned by,
 * and with the levels at which it was found to denoise, where they are narrower than what its training says.
 */
export async function withCalibration(
  network: ScoreNetwork,
  facts: KnownFacts,
  signal: AbortSignal,
): Promise<Manifest> {
  const { manifest } = network;
  const side = Math.ceil(SIDE / manifest.stride) * manifest.stride;
  const pictures = await samplePictures(manifest.channels, manifest.fixedSize ?? [side, side]);
  // Levels beyond those of the training are measured, too: a blind denoiser says nothing of its own.
  const sigmas = calibrationSigmas.filter(
    (sigma) => manifest.time.kind === 'none' || (sigma >= manifest.sigmaMin / 2 && sigma <= manifest.sigmaMax),
  );
  const errors = await measureErrors(network, pictures, sigmas, signal);
  const useful = usefulRange(errors, pixelVariance(pictures));
  if (useful === undefined) return manifest;
  const sigmaMin = facts.sigmaMin ?? Math.max(useful.min, manifest.sigmaMin);
  // The last level of the grid stands for all beyond it, up to what training saw.
  const isLast = useful.max === sigmas[sigmas.length - 1];
  const sigmaMax = facts.sigmaMax ?? (isLast ? manifest.sigmaMax : useful.max);
  const inside = errors.sigma.flatMap((sigma, i) => (sigma >= useful.min && sigma <= useful.max ? [i] : []));
  if (inside.length < 2) return { ...manifest, sigmaMin, sigmaMax };
  const rounded = (value: number): number => Number(value.toPrecision(4));
  return {
    ...manifest,
    sigmaMin,
    sigmaMax,
    calibration: {
      sigma: inside.map((i) => errors.sigma[i]),
      mse: inside.map((i) => rounded(errors.mse[i])),
    },
  };
}
