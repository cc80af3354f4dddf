import { describe, expect, it } from 'vitest';
import { COLOR_DECOUPLING, decoupleColors, recoupleColors } from '../../src-main/operators/color-decoupling.ts';
import { LumaOperator, REC601, REC709 } from '../../src-main/operators/luma.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { tensor, zeros } from '../../src-main/tensor/tensor.ts';

describe('luma', () => {
  it('is the Rec. 601 luma of the encoded values unless weights are given', () => {
    const x = tensor([1, 3, 1, 2], Float32Array.of(1, -1, 0.5, -1, 0, -1));
    const luma = new LumaOperator([3, 1, 2]).apply(x).data;
    expect(luma[0]).toBeCloseTo(0.299 + 0.587 * 0.5, 6);
    expect(luma[1]).toBeCloseTo(-1, 6);
    expect(new LumaOperator([3, 1, 2], REC709).apply(x).data[0]).toBeCloseTo(0.2126 + 0.7152 * 0.5, 6);
    for (const weights of [REC601, REC709]) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('turns white into white, so that measurements have the range of pictures', () => {
    const white = tensor([1, 3, 1, 1], Float32Array.of(1, 1, 1));
    expect(new LumaOperator([3, 1, 1]).apply(white).data[0]).toBeCloseTo(1, 6);
  });

  it('refuses another number of weights than channels', () => {
    expect(() => new LumaOperator([1, 4, 4])).toThrow(/each of the 1 channels/);
    expect(() => new LumaOperator([2, 4, 4], [0, 0])).toThrow(/not all 0/);
  });
});

describe('colour decoupling', () => {
  it('is the matrix of Song et al. 2021', () => {
    const published = [
      [0.57735, -0.816497, 0],
      [0.57735, 0.408248, 0.707107],
      [0.57735, 0.408248, -0.707107],
    ];
    published.forEach((row, i) => row.forEach((v, j) => expect(COLOR_DECOUPLING[i][j]).toBeCloseTo(v, 5)));
  });

  it('puts √3 times the channel mean into channel 0, keeps distances, and is undone by recoupling', () => {
    const x = zeros([2, 3, 3, 2]);
    new RandomGenerator(1).fillNormal(x.data);
    const latent = decoupleColors(x);
    for (let s = 0; s < 2; s++) {
      for (let i = 0; i < 6; i++) {
        const mean = (x.data[s * 18 + i] + x.data[s * 18 + 6 + i] + x.data[s * 18 + 12 + i]) / 3;
        expect(latent.data[s * 18 + i]).toBeCloseTo(Math.sqrt(3) * mean, 5);
      }
    }
    expect(Math.hypot(...latent.data)).toBeCloseTo(Math.hypot(...x.data), 5);
    recoupleColors(latent).data.forEach((v, i) => expect(v).toBeCloseTo(x.data[i], 5));
  });

  it('refuses pictures that are not RGB', () => {
    expect(() => decoupleColors(zeros([1, 1, 2, 2]))).toThrow(/3 channels, not 1/);
  });
});
