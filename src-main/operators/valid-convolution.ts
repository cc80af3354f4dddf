import { Fft2, fastLength, multiplyComplex } from '../tensor/fft.ts';
import type { BlurKernel } from './blur-kernel.ts';

/** Up to so many weights that are not 0, adding shifted images is quicker than Fourier transforms. */
const FEW_WEIGHTS = 200;

/**
 * The part of a convolution where the kernel lies wholly inside the image: an image of (h + kh − 1) × (w + kw − 1)
 * pixels, both sides counted with the kernel's, becomes one of h × w. Planes come one or two at a time, because two
 * share a complex transform.
 */
export class ValidConvolution {
  readonly #height: number;
  readonly #width: number;
  readonly #kernel: BlurKernel;
  readonly #weights: readonly { readonly row: number; readonly col: number; readonly weight: number }[];
  readonly #transform: KernelTransform | undefined;

  /** @param height  h of the result; @param width  w of the result. */
  constructor(height: number, width: number, kernel: BlurKernel) {
    this.#height = height;
    this.#width = width;
    this.#kernel = kernel;
    this.#weights = Array.from(kernel.data, (weight, i) => ({
      row: Math.floor(i / kernel.width),
      col: i % kernel.width,
      weight,
    })).filter(({ weight }) => weight !== 0);
    if (this.#weights.length > FEW_WEIGHTS) {
      this.#transform = new KernelTransform(this.#extendedHeight, this.#extendedWidth, kernel);
    }
  }

  /** Extended planes → planes. */
  apply(extended: readonly Float64Array[]): Float64Array[] {
    const transform = this.#transform;
    if (transform !== undefined) {
      const convolved = transform.multiply(extended, false);
      return convolved.map((plane) => transform.read(plane, this.#kernel, this.#height, this.#width));
    }
    return extended.map((plane) => {
      const out = new Float64Array(this.#height * this.#width);
      this.#eachShiftedRow((weight, own, wide) => {
        for (let j = 0; j < this.#width; j++) out[own + j] += weight * plane[wide + j];
      });
      return out;
    });
  }

  /** Planes → extended planes, the transpose of `apply`. */
  adjoint(planes: readonly Float64Array[]): Float64Array[] {
    const transform = this.#transform;
    if (transform !== undefined) {
      const placed = planes.map((plane) => transform.place(plane, this.#kernel, this.#height, this.#width));
      return transform.multiply(placed, true);
    }
    return planes.map((plane) => {
      const out = new Float64Array(this.#extendedHeight * this.#extendedWidth);
      this.#eachShiftedRow((weight, own, wide) => {
        for (let j = 0; j < this.#width; j++) out[wide + j] += weight * plane[own + j];
      });
      return out;
    });
  }

  get #extendedHeight(): number {
    return this.#height + this.#kernel.height - 1;
  }

  get #extendedWidth(): number {
    return this.#width + this.#kernel.width - 1;
  }

  /** Visits, for every weight, where each row of the plane and its shifted row of the extended plane begin. */
  #eachShiftedRow(visit: (weight: number, own: number, wide: number) => void): void {
    for (const { row, col, weight } of this.#weights) {
      for (let i = 0; i < this.#height; i++) {
        const wideRow = i + this.#kernel.height - 1 - row;
        visit(weight, i * this.#width, wideRow * this.#extendedWidth + this.#kernel.width - 1 - col);
      }
    }
  }
}

/** Convolution of extended planes by FFT, padded to a quick size; wrapped values never reach the valid part. */
class KernelTransform {
  readonly #height: number;
  readonly #width: number;
  readonly #fft: Fft2;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #conjugate: Float64Array;

  constructor(height: number, width: number, kernel: BlurKernel) {
    this.#height = height;
    this.#width = width;
    this.#fft = new Fft2(fastLength(height), fastLength(width));
    this.#re = this.#pad(kernel.data, kernel.height, kernel.width);
    this.#im = new Float64Array(this.#re.length);
    this.#fft.forward(this.#re, this.#im);
    this.#conjugate = this.#im.map((v) => -v);
  }

  /** Convolves (or correlates) one or two extended planes. */
  multiply(planes: readonly Float64Array[], correlate: boolean): Float64Array[] {
    const parts = [0, 1].map((i) =>
      i < planes.length ? this.#pad(planes[i], this.#height, this.#width) : new Float64Array(this.#re.length),
    );
    this.#fft.forward(parts[0], parts[1]);
    multiplyComplex(parts[0], parts[1], this.#re, correlate ? this.#conjugate : this.#im);
    this.#fft.inverse(parts[0], parts[1]);
    return planes.map((_, i) => this.#unpad(parts[i]));
  }

  /** The valid h × w part of an extended plane. */
  read(extended: Float64Array, kernel: BlurKernel, h: number, w: number): Float64Array {
    const out = new Float64Array(h * w);
    for (let i = 0; i < h; i++) {
      const from = (i + kernel.height - 1) * this.#width + kernel.width - 1;
      out.set(extended.subarray(from, from + w), i * w);
    }
    return out;
  }

  /** The transpose of `read`. */
  place(plane: Float64Array, kernel: BlurKernel, h: number, w: number): Float64Array {
    const out = new Float64Array(this.#height * this.#width);
    for (let i = 0; i < h; i++) {
      out.set(plane.subarray(i * w, (i + 1) * w), (i + kernel.height - 1) * this.#width + kernel.width - 1);
    }
    return out;
  }

  #pad(plane: Float64Array, height: number, width: number): Float64Array {
    const out = new Float64Array(this.#fft.height * this.#fft.width);
    for (let i = 0; i < height; i++) out.set(plane.subarray(i * width, (i + 1) * width), i * this.#fft.width);
    return out;
  }

  #unpad(padded: Float64Array): Float64Array {
    const out = new Float64Array(this.#height * this.#width);
    for (let i = 0; i < this.#height; i++) {
      const from = i * this.#fft.width;
      out.set(padded.subarray(from, from + this.#width), i * this.#width);
    }
    return out;
  }
}
