/** An ellipse of constant value on [−1, 1]², y upwards: value, half axes, centre, rotation in degrees. */
export type Ellipse = readonly [value: number, a: number, b: number, x: number, y: number, degrees: number];

/** The Shepp–Logan head with Toft's (1996) contrast. */
export const SHEPP_LOGAN: readonly Ellipse[] = [
  [1, 0.69, 0.92, 0, 0, 0],
  [-0.8, 0.6624, 0.874, 0, -0.0184, 0],
  [-0.2, 0.11, 0.31, 0.22, 0, -18],
  [-0.2, 0.16, 0.41, -0.22, 0, 18],
  [0.1, 0.21, 0.25, 0, 0.35, 0],
  [0.1, 0.046, 0.046, 0, 0.1, 0],
  [0.1, 0.046, 0.046, 0, -0.1, 0],
  [0.1, 0.046, 0.023, -0.08, -0.605, 0],
  [0.1, 0.023, 0.023, 0, -0.606, 0],
  [0.1, 0.023, 0.046, 0.06, -0.605, 0],
];

/** Samples a pixel is averaged from, along each side. */
const SUPERSAMPLING = 6;

/** The phantom on size × size pixels, each the mean over its area. */
export function rasterize(ellipses: readonly Ellipse[], size: number): Float32Array {
  const out = new Float32Array(size * size);
  const fine = size * SUPERSAMPLING;
  for (const [value, a, b, x0, y0, degrees] of ellipses) {
    const cos = Math.cos((degrees * Math.PI) / 180);
    const sin = Math.sin((degrees * Math.PI) / 180);
    for (let i = 0; i < fine; i++) {
      const y = 1 - (2 * (i + 0.5)) / fine - y0;
      for (let j = 0; j < fine; j++) {
        const x = (2 * (j + 0.5)) / fine - 1 - x0;
        if (((x * cos + y * sin) / a) ** 2 + ((y * cos - x * sin) / b) ** 2 > 1) continue;
        const at = Math.floor(i / SUPERSAMPLING) * size + Math.floor(j / SUPERSAMPLING);
        out[at] += value / SUPERSAMPLING ** 2;
      }
    }
  }
  return out;
}

/** The line integral of the phantom along x cos θ + y sin θ = s, in its own units of length. */
export function lineIntegral(ellipses: readonly Ellipse[], degrees: number, s: number): number {
  const theta = (degrees * Math.PI) / 180;
  let sum = 0;
  for (const [value, a, b, x0, y0, rotation] of ellipses) {
    const turned = theta - (rotation * Math.PI) / 180;
    const extent = (a * Math.cos(turned)) ** 2 + (b * Math.sin(turned)) ** 2;
    const offset = s - x0 * Math.cos(theta) - y0 * Math.sin(theta);
    if (offset ** 2 < extent) sum += (2 * value * a * b * Math.sqrt(extent - offset ** 2)) / extent;
  }
  return sum;
}
