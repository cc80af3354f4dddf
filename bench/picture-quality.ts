import { simulateDamage } from '../src-main/restore/simulate.ts';
import type { RestoreOptions } from '../src-main/contract/restore-options.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';

/** PSNR in dB over all samples, or those inside a mask; peak 255. */
export function psnr(a: Picture, b: Picture, mask?: Uint8Array): number {
  const channels = channelCount(b.mode);
  let squares = 0;
  let count = 0;
  for (let i = 0; i < b.width * b.height; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    for (let c = 0; c < channels; c++) squares += (a.data[channels * i + c] - b.data[channels * i + c]) ** 2;
    count += channels;
  }
  return 10 * Math.log10((255 ** 2 * count) / squares);
}

/** How a fill looks beside the truth. */
export interface FillLook {
  /** Energy of the fine detail in the hole ÷ the truth's; a smear has hardly any. */
  readonly detail: number;
  /** Mean absolute gradient across the rim ÷ the truth's; a seam is more than 1. */
  readonly seam: number;
  /** Largest difference of the mean chroma (channel minus grey) in the hole from the truth's, 0…255. */
  readonly tint: number;
}

/** @param mask  of the hole; the pictures are RGB. */
export function fillLook(fill: Picture, truth: Picture, mask: Uint8Array): FillLook {
  const { width } = truth;
  const [p, q] = [grey(fill), grey(truth)];
  const detailOf = (picture: Picture): number => {
    const energy = fineDetail(picture);
    return mask.reduce((sum, m, i) => (m === 0 ? sum : sum + energy[i]), 0);
  };
  const across = (values: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < mask.length; i++) {
      if (i % width < width - 1 && (mask[i] === 0) !== (mask[i + 1] === 0)) sum += Math.abs(values[i] - values[i + 1]);
      const below = i + width;
      if (below < mask.length && (mask[i] === 0) !== (mask[below] === 0)) sum += Math.abs(values[i] - values[below]);
    }
    return sum;
  };
  const count = mask.reduce((sum, m) => sum + m, 0);
  const chroma = (picture: Picture, values: Float64Array, c: number): number =>
    mask.reduce((sum, m, i) => (m === 0 ? sum : sum + picture.data[3 * i + c] - values[i]), 0) / count;
  const tint = [0, 1, 2].map((c) => Math.abs(chroma(fill, p, c) - chroma(truth, q, c)));
  return { detail: detailOf(fill) / detailOf(truth), seam: across(p) / across(q), tint: Math.max(...tint) };
}

/** Energy of the detail finer than a Gaussian of σ 1.5 in every pixel's grey mean. */
export function fineDetail(picture: Picture): Float64Array {
  const values = grey(picture);
  return gaussian(values, picture.width, picture.height).map((smooth, i) => (values[i] - smooth) ** 2);
}

/** Mean SSIM (Wang et al. 2004: Gaussian window of σ 1.5, K 0.01 and 0.03) of the grey means, range 255. */
export function ssim(a: Picture, b: Picture): number {
  const [width, height] = [a.width, a.height];
  const [p, q] = [grey(a), grey(b)];
  const blur = (values: Float64Array): Float64Array => gaussian(values, width, height);
  const times = (u: Float64Array, v: Float64Array): Float64Array => u.map((value, i) => value * v[i]);
  const [mp, mq, pp, qq, pq] = [p, q, times(p, p), times(q, q), times(p, q)].map(blur);
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [mp[i], mq[i]];
    const covariance = pq[i] - x * y;
    const variances = pp[i] - x * x + qq[i] - y * y;
    sum += ((2 * x * y + c1) * (2 * covariance + c2)) / ((x * x + y * y + c1) * (variances + c2));
  }
  return sum / p.length;
}

/** Root mean square of y − A x̂ in steps of 0…255. */
export function dataResidual(estimate: Picture, measured: Picture, options: RestoreOptions): number {
  const again = simulateDamage({ picture: estimate, options: { ...options, noise: 0 } });
  let squares = 0;
  for (let i = 0; i < again.data.length; i++) squares += (measured.data[i] - again.data[i]) ** 2;
  return Math.sqrt(squares / again.data.length);
}

function grey({ data, mode, width, height }: Picture): Float64Array {
  const channels = channelCount(mode);
  return Float64Array.from({ length: width * height }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[channels * i + c];
    return sum / channels;
  });
}

function gaussian(values: Float64Array, width: number, height: number): Float64Array {
  const weights = Array.from({ length: 11 }, (_, k) => Math.exp(-0.5 * ((k - 5) / 1.5) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (source: Float64Array, step: number, length: number, at: (i: number) => number): Float64Array =>
    source.map((_, i) => {
      let sum = 0;
      for (let k = -5; k <= 5; k++) {
        const place = Math.min(length - 1, Math.max(0, at(i) + k));
        sum += weights[k + 5] * source[i + (place - at(i)) * step];
      }
      return sum / total;
    });
  const rows = pass(values, 1, width, (i) => i % width);
  return pass(rows, width, height, (i) => Math.floor(i / width));
}
