import { linear, sampleSize, type Tensor } from '../tensor/tensor.ts';
import type { Spectrum } from '../operators/operator.ts';
import type { Measurement } from './likelihood.ts';

/** Singular values below this share of the largest carry only rounding when the measurement is noiseless. */
const RANK_TOLERANCE = 1e-3;

/**
 * The update of DDRM (Kawar et al. 2022, eq. 7–8) in σ-space, coefficient by coefficient of x̄ = Vᵀx with
 * ȳ = Σ⁺Uᵀy, s its singular value and σ′ the next level:
 *
 *     s = 0:          D̄ + √(1−η²) σ′ ε̄ + η σ′ z
 *     σ′ < σ_y/s:     D̄ + √(1−η²) σ′ (ȳ − D̄) s/σ_y + η σ′ z
 *     otherwise:      (1−η_b) D̄ + η_b ȳ + √(σ′² − η_b² σ_y²/s²) z
 *
 * With η_b = 1 it is DDNM+ (Wang et al. 2023, eq. 17–19).
 * @param z  standard normal, the shape of x.
 */
export function spectralStep(
  { y, sigmaY, operator: { norm } }: Measurement,
  spectrum: Spectrum,
  {
    x,
    denoised,
    sigma,
    sigmaNext,
    z,
    eta,
    etaB,
  }: {
    readonly x: Tensor;
    readonly denoised: Tensor;
    readonly sigma: number;
    readonly sigmaNext: number;
    readonly z: Tensor;
    readonly eta: number;
    readonly etaB: number;
  },
): Tensor {
  const s = spectrum.singularValues;
  const rank = sigmaY === 0 ? RANK_TOLERANCE * norm : 0;
  const d = spectrum.toSpectrum(denoised).data;
  const epsilon = spectrum.toSpectrum(linear(1 / sigma, x, -1 / sigma, denoised)).data;
  const measured = spectrum.measurementToSpectrum(y).data;
  const keep = Math.sqrt(1 - eta ** 2) * sigmaNext;
  const out = new Float32Array(d.length);
  const size = sampleSize(x.shape);
  for (let i = 0; i < out.length; i++) {
    const si = s[i % size];
    if (si <= rank) {
      out[i] = d[i] + keep * epsilon[i] + eta * sigmaNext * z.data[i];
    } else if (sigmaNext * si < sigmaY) {
      out[i] = d[i] + (keep * (measured[i] - si * d[i])) / sigmaY + eta * sigmaNext * z.data[i];
    } else {
      const noise = Math.sqrt(sigmaNext ** 2 - (etaB * sigmaY) ** 2 / si ** 2);
      out[i] = (1 - etaB) * d[i] + (etaB * measured[i]) / si + noise * z.data[i];
    }
  }
  return spectrum.fromSpectrum({ shape: x.shape, data: out });
}
