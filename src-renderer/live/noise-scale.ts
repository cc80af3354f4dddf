/** Hues of the scale from little noise (blue) to much (red), on the way of a rainbow without its greens and yellows. */
const COLD = 255;
const HOT = 385;

/** Where a noise level lies between two, 0…1 on a logarithmic scale; 0 for σ = 0. */
export function noisePosition(sigma: number, low: number, high: number): number {
  if (!(sigma > low) || !(high > low)) return 0;
  return Math.min(1, Math.log(sigma / low) / Math.log(high / low));
}

/** CSS colour of a position 0…1 of the scale. */
export function noiseColor(position: number): string {
  return `oklch(${(0.62 + 0.08 * position).toFixed(3)} 0.15 ${((COLD + (HOT - COLD) * position) % 360).toFixed(1)})`;
}

/** The whole scale, left to right, as a CSS gradient. */
export function noiseGradient(stops = 9): string {
  const colors = Array.from({ length: stops }, (_, i) => noiseColor(i / (stops - 1)));
  return `linear-gradient(to right, ${colors.join(', ')})`;
}
