import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { JpegOperator } from '../../src-main/operators/jpeg.ts';
import { JpegPlanes } from '../../src-main/operators/jpeg-planes.ts';
import { readTensor, tensorToPicture } from '../../src-main/restore/picture-tensor.ts';
import { quantizationOf } from '../../src-main/tensor/jpeg-tables.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { linear, zeros, type Tensor } from '../../src-main/tensor/tensor.ts';

/** Waves of many lengths, their colours smooth, far enough from the ends of the range that decoding clips nothing. */
function waves(width: number, height: number): Tensor {
  const x = zeros([1, 3, height, width]);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < height * width; i++) {
      const [row, column] = [Math.floor(i / width), i % width];
      x.data[c * height * width + i] =
        0.15 * Math.sin(0.03 * column + c) + 0.2 * Math.cos(0.31 * row - 0.2 * column) + 0.1 * Math.sin(1.9 * row);
    }
  }
  return x;
}

const tensorOf = (picture: Picture): Tensor =>
  readTensor(picture, undefined, { x: 0, y: 0, width: picture.width, height: picture.height }, 1, 3).x;

async function asJpeg(picture: Picture, quality: number, chroma: '4:4:4' | '4:2:0'): Promise<Picture> {
  return decodePicture(await encodePicture(picture, { format: 'jpeg', quality, chroma }), 'waves.jpg');
}

const rootMeanSquare = ({ data }: Tensor): number => Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);

describe('JPEG as a measurement', () => {
  it('has planes that a picture joined of them has, too', () => {
    const planes = new JpegPlanes([3, 10, 14], [2, 2]);
    const y = zeros([1, 1, 1, planes.length]);
    const random = new RandomGenerator(3);
    y.data.forEach((_, i) => (y.data[i] = random.normal()));
    const again = planes.split(planes.join(y));
    again.data.forEach((value, i) => expect(Math.abs(value - y.data[i])).toBeLessThan(1e-6));
  });

  it.each([
    [30, '4:2:0'],
    [50, '4:4:4'],
    [90, '4:2:0'],
  ] as const)(
    'explains a file of quality %i, %s: the picture before it lies within the cells',
    async (quality, chroma) => {
      const original = tensorToPicture(waves(64, 48));
      const decoded = await asJpeg(original, quality, chroma);
      const { quantization } = decoded.metadata;
      expect(quantization).toEqual(quantizationOf({ quality, chroma }));
      const operator = new JpegOperator([3, 48, 64], quantization!);
      const residual = linear(1, operator.measure(tensorOf(decoded)), -1, operator.apply(tensorOf(original)));
      // Uniform in a cell of width √12 standard deviations. Some coefficients lie elsewhere: this encoder chooses a few
      // for their cost, and what a decoder makes of reduced chroma is not quite undone.
      const outside = residual.data.filter((v) => Math.abs(v) > Math.sqrt(3) * 1.1).length / residual.data.length;
      expect(outside).toBeLessThan(0.02);
      expect(rootMeanSquare(residual)).toBeLessThan(1.05);
      expect(rootMeanSquare(residual)).toBeGreaterThan(0.2);
    },
  );

  it('moves a picture into the cells, so that coding it again gives the same coefficients', async () => {
    const decoded = await asJpeg(tensorToPicture(waves(64, 48)), 40, '4:4:4');
    const operator = new JpegOperator([3, 48, 64], decoded.metadata.quantization!);
    const y = operator.measure(tensorOf(decoded));
    const random = new RandomGenerator(5);
    const x = tensorOf(decoded);
    x.data.forEach((v, i) => (x.data[i] = 0.9 * v + 0.05 * random.normal()));
    const outside = operator.measure(x).data.filter((v, i) => Math.abs(v - y.data[i]) > 1e-3).length;
    expect(outside).toBeGreaterThan(50);
    const moved = tensorToPicture(operator.project(x, y, 2 / 127.5));
    const coded = operator.measure(tensorOf(moved));
    coded.data.forEach((v, i) => expect(Math.abs(v - y.data[i])).toBeLessThan(1e-3));
  });

  it('measures blocks with unknown pixels pixel by pixel, and unknown pixels not at all', () => {
    const error = new Float32Array(16 * 16);
    error[3] = Infinity;
    const operator = new JpegOperator([3, 16, 16], quantizationOf({ quality: 50, chroma: '4:4:4' }), { error });
    const x = waves(16, 16);
    const changed = { shape: x.shape, data: x.data.slice() };
    for (let c = 0; c < 3; c++) changed.data[c * 256 + 3] = 1;
    const before = operator.apply(x).data;
    expect(operator.apply(changed).data.every((v, i) => v === before[i])).toBe(true);
    changed.data[4] += 0.1;
    const moved = operator.apply(changed).data.filter((v, i) => v !== before[i]).length;
    // One pixel of each plane.
    expect(moved).toBe(3);
  });

  it('refuses tables and errors that are none', () => {
    const tables = quantizationOf({ quality: 50, chroma: '4:4:4' });
    expect(() => new JpegOperator([3, 8, 8], { ...tables, luma: [1, 2] })).toThrow(/64 steps > 0 for luma/);
    expect(() => new JpegOperator([2, 8, 8], tables)).toThrow(/1 or 3 channels/);
    expect(() => new JpegOperator([1, 8, 8], tables, { error: new Float32Array(3) })).toThrow(/64 numbers/);
  });
});
