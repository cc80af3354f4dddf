/** Cosine of an angle in degrees, exact at multiples of 90°. */
export function cosineOfDegrees(degrees: number): number {
  const turn = ((degrees % 360) + 360) % 360;
  if (turn % 90 === 0) return [1, 0, -1, 0][turn / 90];
  return Math.cos((turn * Math.PI) / 180);
}

/** Sine of an angle in degrees, exact at multiples of 90°. */
export function sineOfDegrees(degrees: number): number {
  return cosineOfDegrees(degrees - 90);
}
