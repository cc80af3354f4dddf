import { ChromaOperator } from '../operators/chroma.ts';
import { compose } from '../operators/compose.ts';
import { LumaOperator } from '../operators/luma.ts';
import { StackOperator } from '../operators/stack.ts';
import { WeightedOperator } from '../operators/weighted.ts';
import { LangevinError } from '../errors.ts';
import type { RestoreOptions } from '../contract/restore-options.ts';
import type { Measurement } from '../likelihood/likelihood.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ColourHints } from './request.ts';

/** How surely a painted colour is meant, a standard deviation on [−1, 1]: about 6 of 255. */
const HINT_SIGMA = 0.05;
/** Luma beside it: exact would leave the iterations no way to the colours, and the picture's own luma is laid over them in the end. */
const LUMA_SIGMA = 0.02;

/**
 * Luma everywhere and colours where they were painted, as one measurement with Gaussian noise: (Y x, W C x), C the colour
 * without its brightness and W = √α σ_Y/σ_C the weights that give it the noise of luma. A stroke of half the opacity counts as
 * half a measurement.
 * @param luma    [1, 1, h, w] of the reduced picture.
 * @param factor  how many pixels of the hints one of it is on each side.
 * @throws nothing-to-do where nothing of the hints is seen at that size; mask-size.
 */
export function hintedMeasurement(luma: Tensor, hints: ColourHints, factor: number): Measurement {
  const [, , height, width] = luma.shape;
  const { rgb, opacity } = reducedHints(hints, factor, width, height);
  const shape = [3, height, width] as const;
  const chroma = new ChromaOperator(shape);
  const weights = new WeightedOperator(
    chroma.outputShape,
    opacity.map((alpha) => (Math.sqrt(alpha) * LUMA_SIGMA) / HINT_SIGMA),
  );
  const operator = new StackOperator([new LumaOperator(shape), compose(weights, chroma)]);
  const colours = weights.apply(chroma.apply({ shape: [1, ...shape], data: rgb }));
  return { operator, y: operator.join([luma, colours]), sigmaY: LUMA_SIGMA };
}

/** Iterations of the solver beside colour hints: two measurements of different size need more than luma alone. */
const ITERATIONS = 3;

/** The options of a run with hints: where no solver is chosen, the tuned one with more iterations. */
export function optionsForHints(options: RestoreOptions, network: Pick<ScoreNetwork, 'vjp'>): RestoreOptions {
  if (network.vjp === undefined || options.solver !== undefined || options.methodOptions !== undefined) return options;
  return { ...options, solver: 'mmps', methodOptions: { iterations: ITERATIONS } };
}

/** Means over blocks of factor², weighted by opacity: colours on [−1, 1], and the mean opacity 0…1. */
function reducedHints(
  { width: fullWidth, height: fullHeight, rgba }: ColourHints,
  factor: number,
  width: number,
  height: number,
): { rgb: Float32Array; opacity: Float32Array } {
  if (rgba.length !== 4 * fullWidth * fullHeight) {
    throw new LangevinError(
      'mask-size',
      `The colour hints have ${rgba.length} values for ${fullWidth} × ${fullHeight}.`,
    );
  }
  const plane = width * height;
  const rgb = new Float32Array(3 * plane);
  const opacity = new Float32Array(plane);
  const pixels = new Float32Array(plane);
  for (let y = 0; y < fullHeight; y++) {
    for (let x = 0; x < fullWidth; x++) {
      const to = Math.min(height - 1, Math.floor(y / factor)) * width + Math.min(width - 1, Math.floor(x / factor));
      const at = 4 * (y * fullWidth + x);
      pixels[to]++;
      opacity[to] += rgba[at + 3];
      for (let c = 0; c < 3; c++) rgb[c * plane + to] += rgba[at + 3] * (rgba[at + c] / 127.5 - 1);
    }
  }
  let total = 0;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) rgb[c * plane + i] = opacity[i] === 0 ? 0 : rgb[c * plane + i] / opacity[i];
    opacity[i] = pixels[i] === 0 ? 0 : opacity[i] / pixels[i] / 255;
    total += opacity[i];
  }
  if (total === 0) throw new LangevinError('nothing-to-do', 'No colour is painted in the hints.');
  return { rgb, opacity };
}
