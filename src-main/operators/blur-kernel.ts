import { invalidArgument } from '../errors.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';

/** Weights of a convolution, y[i] = Σ_j k[j]·x[i − j + centre], in row order; the centre is at ⌊height/2⌋, ⌊width/2⌋. */
export interface BlurKernel {
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** Largest side of a kernel, in pixels; a larger one is a mistake in units. */
const LARGEST_SIDE = 1023;

/**
 * A Gaussian sampled at the pixel centres, cut at 4σ and normalised to the sum 1.
 * @param sigma  standard deviation in pixels, > 0 and ≤ 127.
 */
export function gaussianKernel(sigma: number): BlurKernel {
  if (!(sigma > 0 && sigma <= (LARGEST_SIDE - 1) / 8)) throw invalidArgument('sigma', 'a number > 0 and ≤ 127', sigma);
  const radius = Math.ceil(4 * sigma);
  const side = 2 * radius + 1;
  const line = Float64Array.from({ length: side }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  return customKernel(
    side,
    side,
    Float64Array.from({ length: side * side }, (_, i) => line[Math.floor(i / side)] * line[i % side]),
    true,
  );
}

/**
 * The picture of a point that moves steadily along a straight line: each weight is the part of the line inside that
 * pixel.
 * @param length  length of the line in pixels, > 0; 1 along an axis is no blur.
 * @param angle   degrees, counter-clockwise from the direction of the columns (to the right).
 */
export function motionKernel(length: number, angle: number): BlurKernel {
  if (!(length > 0 && length < LARGEST_SIDE))
    throw invalidArgument('length', `a number > 0 and < ${LARGEST_SIDE}`, length);
  if (!Number.isFinite(angle)) throw invalidArgument('angle', 'a finite number of degrees', angle);
  const dx = cosineOfDegrees(angle);
  const dy = -sineOfDegrees(angle);
  // A line that ends on the border of a pixel does not enter the next one by rounding.
  const radius = (step: number): number => Math.max(0, Math.ceil((Math.abs(step) * length) / 2 - 0.5 - 1e-9));
  const radiusX = radius(dx);
  const radiusY = radius(dy);
  const width = 2 * radiusX + 1;
  const height = 2 * radiusY + 1;
  // Where the line, from −length/2 to length/2, crosses a border between pixels.
  const cuts = [-length / 2, length / 2];
  for (const step of [dx, dy]) {
    for (let border = -radius(step) + 0.5; border < radius(step); border++) cuts.push(border / step);
  }
  const inside = cuts.filter((t) => Math.abs(t) <= length / 2).sort((a, b) => a - b);
  const data = new Float64Array(width * height);
  for (let i = 1; i < inside.length; i++) {
    const middle = (inside[i] + inside[i - 1]) / 2;
    const column = Math.min(width - 1, Math.max(0, Math.round(middle * dx) + radiusX));
    const row = Math.min(height - 1, Math.max(0, Math.round(middle * dy) + radiusY));
    data[row * width + column] += inside[i] - inside[i - 1];
  }
  return customKernel(height, width, data, true);
}

/** Parts a side of each pixel of which those inside of a disk are counted. */
const DISK_PARTS = 16;

/**
 * The picture of a point out of focus: an even disk, each weight the part of the pixel that it covers.
 * @param radius  in pixels, > 0 and ≤ 500; up to ½ it is no blur.
 */
export function diskKernel(radius: number): BlurKernel {
  if (!(radius > 0 && radius <= 500)) throw invalidArgument('radius', 'a number > 0 and ≤ 500', radius);
  const reach = Math.max(0, Math.ceil(radius - 0.5 - 1e-9));
  const side = 2 * reach + 1;
  const data = Float64Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side) - reach, (at % side) - reach];
    let covered = 0;
    for (let i = 0; i < DISK_PARTS; i++) {
      for (let j = 0; j < DISK_PARTS; j++) {
        const y = row - 0.5 + (i + 0.5) / DISK_PARTS;
        const x = column - 0.5 + (j + 0.5) / DISK_PARTS;
        if (x * x + y * y <= radius * radius) covered++;
      }
    }
    return covered;
  });
  return customKernel(side, side, data, true);
}

/**
 * Any kernel.
 * @param values     height·width weights in row order.
 * @param normalize  divide by the sum, so that flat areas keep their value.
 * @throws invalid-argument when the number of values does not fit, one is not finite, or the sum to divide by is 0.
 */
export function customKernel(height: number, width: number, values: ArrayLike<number>, normalize: boolean): BlurKernel {
  for (const side of [height, width]) {
    if (!(Number.isSafeInteger(side) && side >= 1 && side <= LARGEST_SIDE)) {
      throw invalidArgument('the side of the kernel', `an integer from 1 to ${LARGEST_SIDE}`, side);
    }
  }
  if (values.length !== height * width) {
    throw invalidArgument('the kernel', `${height}×${width} = ${height * width} values`, values.length);
  }
  const data = Float64Array.from(values);
  const sum = data.reduce((total, v) => total + v, 0);
  const size = data.reduce((total, v) => total + Math.abs(v), 0);
  if (!(size > 0 && size < Infinity)) throw invalidArgument('the kernel', 'finite weights that are not all 0', size);
  if (!normalize) return { height, width, data };
  if (Math.abs(sum) < 1e-9 * size) throw invalidArgument('the sum of the kernel', 'a number other than 0', sum);
  return { height, width, data: data.map((v) => v / sum) };
}

/** Whether the kernel equals its mirror images along both axes about its centre. */
export function isEven(kernel: BlurKernel): boolean {
  const { height: h, width: w, data } = kernel;
  if (h % 2 === 0 || w % 2 === 0) return false;
  const tolerance = 1e-12 * data.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
  return data.every((v, i) => {
    const row = Math.floor(i / w);
    const col = i % w;
    const across = data[row * w + (w - 1 - col)];
    const down = data[(h - 1 - row) * w + col];
    return Math.abs(v - across) <= tolerance && Math.abs(v - down) <= tolerance;
  });
}
