import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';

/** Horizontal and vertical reduction of the chroma planes: [2, 2] is 4:2:0. */
export type ChromaSampling = readonly [horizontal: number, vertical: number];

/** One plane of the measurement: where it lies in the vector, its size, and how much smaller than the picture it is. */
export interface Plane {
  readonly start: number;
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

/** R, G, B → Y, Cb, Cr (ITU-T T.871 §7, without the offset of 128). */
const TO_YCC = [
  [0.299, 0.587, 0.114],
  [-0.299 / 1.772, -0.587 / 1.772, 0.5],
  [0.5, -0.587 / 1.402, -0.114 / 1.402],
];

/** Y, Cb, Cr → R, G, B. */
const TO_RGB = [
  [1, 0, 1.402],
  [1, (-0.114 * 1.772) / 0.587, (-0.299 * 1.402) / 0.587],
  [1, 1.772, 0],
];

/** Σ of the squared weights of each plane: the share of a pixel's noise that it keeps. */
export const PLANE_NOISE = TO_YCC.map((row) => row.reduce((sum, w) => sum + w * w, 0));

/**
 * Pictures as the planes that JPEG codes: luma, and two chroma planes averaged over blocks of `sampling` pixels (those at
 * the far border repeat the last pixel, as encoders do). Pictures of one channel are one plane.
 */
export class JpegPlanes {
  readonly planes: readonly Plane[];
  /** Values of all planes together. */
  readonly length: number;
  readonly #shape: ImageShape;

  /** @param shape  [1 or 3, height, width]. */
  constructor(shape: ImageShape, [across, down]: ChromaSampling) {
    const [c, height, width] = shape;
    this.#shape = shape;
    const planes: Plane[] = [{ start: 0, width, height, across: 1, down: 1 }];
    const small = { width: Math.ceil(width / across), height: Math.ceil(height / down), across, down };
    if (c === 3) {
      planes.push({ start: width * height, ...small });
      planes.push({ start: width * height + small.width * small.height, ...small });
    }
    this.planes = planes;
    const last = planes[planes.length - 1];
    this.length = last.start + last.width * last.height;
  }

  /** [n, c, h, w] → [n, 1, 1, length]. */
  split(x: Tensor): Tensor {
    const samples = x.shape[0];
    const out = zeros([samples, 1, 1, this.length]);
    this.#each(samples, (value, pixel, at, share) => {
      out.data[at] += share * x.data[pixel] * value;
    });
    return out;
  }

  /** The transpose of `split`. */
  splitTransposed(y: Tensor): Tensor {
    const samples = y.shape[0];
    const out = zeros([samples, ...this.#shape]);
    this.#each(samples, (value, pixel, at, share) => {
      out.data[pixel] += share * y.data[at] * value;
    });
    return out;
  }

  /** A picture whose planes these are, chroma repeated: [n, 1, 1, length] → [n, c, h, w]; `split` of it gives them back. */
  join(y: Tensor): Tensor {
    const samples = y.shape[0];
    const [c, height, width] = this.#shape;
    const out = zeros([samples, ...this.#shape]);
    const area = height * width;
    for (let n = 0; n < samples; n++) {
      this.planes.forEach((plane, p) => {
        for (let i = 0; i < height; i++) {
          const row = n * this.length + plane.start + Math.floor(i / plane.down) * plane.width;
          for (let j = 0; j < width; j++) {
            const value = y.data[row + Math.floor(j / plane.across)];
            for (let k = 0; k < c; k++) {
              out.data[(n * c + k) * area + i * width + j] += (c === 1 ? 1 : TO_RGB[k][p]) * value;
            }
          }
        }
      });
    }
    return out;
  }

  /** Visits every pixel that a value of a plane is made of: colour weight, indices of both, share of the average. */
  #each(samples: number, visit: (weight: number, pixel: number, at: number, share: number) => void): void {
    const [c, height, width] = this.#shape;
    const area = height * width;
    for (let n = 0; n < samples; n++) {
      this.planes.forEach((plane, p) => {
        const share = 1 / (plane.across * plane.down);
        for (let k = 0; k < c; k++) {
          const weight = c === 1 ? 1 : TO_YCC[p][k];
          const from = (n * c + k) * area;
          const to = n * this.length + plane.start;
          for (let i = 0; i < plane.height * plane.down; i++) {
            const row = from + Math.min(i, height - 1) * width;
            const target = to + Math.floor(i / plane.down) * plane.width;
            for (let j = 0; j < plane.width * plane.across; j++) {
              visit(weight, row + Math.min(j, width - 1), target + Math.floor(j / plane.across), share);
            }
          }
        }
      });
    }
  }
}
