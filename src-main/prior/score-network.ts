import type { Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';

/** Vector–Jacobian product of the denoiser together with its value. */
export interface DenoiserVjp {
  /** D(x; σ), the shape of x. */
  readonly denoised: Tensor;
  /** (∂D/∂x)ᵀ v, the shape of x. */
  readonly vjp: Tensor;
}

/** A denoiser at one point: its value and its derivative there. */
export interface Linearization {
  /** D(x; σ), the shape of x. */
  readonly denoised: Tensor;
  /** (∂D/∂x)ᵀ v, the shape of x, at the x that it was made for; as often as one likes, one after the other. */
  pull(v: Tensor): Promise<Tensor>;
  /** Whether every pull evaluates D again, because the activations were too large to keep. */
  readonly recomputes: boolean;
}

/**
 * The prior: a pretrained, unconditional, time-dependent score network in σ-space, where x = x0 + σ z.
 *
 *     score(x; σ) = ∇ log p_σ(x) = (D(x; σ) − x) / σ²          (Tweedie; Efron 2011, Karras et al. 2022 eq. 3)
 *
 * Whatever time input and output the file was trained with, `denoise` speaks σ and x0.
 */
export interface ScoreNetwork {
  readonly manifest: Manifest;
  /** What the network really runs on: `cpu`, `webgpu`, `dml`, `coreml`, `cuda`, `tfjs-wasm`, … */
  readonly provider: string;
  /**
   * D(x; σ) = E[x0 | x]. x: [n, c, h, w], c as in the manifest, any h, w ≥ 1; sigma: n values > 0.
   * The result is a tensor that the caller owns.
   * @throws invalid-shape
   */
  denoise(x: Tensor, sigma: Float32Array): Promise<Tensor>;
  /** D(x; σ) and (∂D/∂x)ᵀ v; absent where the backend cannot differentiate. */
  vjp?(x: Tensor, sigma: Float32Array, v: Tensor): Promise<DenoiserVjp>;
  /**
   * D(x; σ) with its derivative, from one evaluation whose activations are kept until the result is forgotten; absent
   * where the backend cannot keep them. The caller must not change x before the last pull.
   */
  linearize?(x: Tensor, sigma: Float32Array): Promise<Linearization>;
  /** Why there is no `vjp`, for people, where more is known than that the backend has none. */
  readonly gradientProblem?: string;
  /** Most pixels, after padding to the stride, of a picture that fits into memory in one piece; absent: any. */
  readonly mostPixels?: number;
  /** The one [height, width] the file takes, where there is one; `fitNetwork` makes any size of it. */
  readonly fixedSize?: readonly [number, number];
  /**
   * The network of one class, 0 … classLabels.count − 1; absent where the manifest names none. Disposed with this one.
   * @param scale  of classifier-free guidance; 1: the class alone.
   * @throws invalid-argument for a class that does not exist; unsupported-combination where the file knows no "no class"
   */
  ofClass?(label: number, scale: number): ScoreNetwork;
  dispose(): Promise<void>;
}
