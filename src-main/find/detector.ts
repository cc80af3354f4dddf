import type { DetectorManifest } from './manifest.ts';

/** A network that says where a picture is damaged. */
export interface DamageDetector {
  readonly manifest: DetectorManifest;
  /**
   * @param picture  3 planes of height × width in [−1, 1], sRGB-encoded; height and width multiples of the stride.
   * @param out      receives 6 planes of height × width, probabilities in the order of DETECTOR_MAPS.
   */
  evaluate(picture: Float32Array, height: number, width: number, out: Float32Array): Promise<void>;
  dispose(): Promise<void>;
}
