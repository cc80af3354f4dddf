import { describe, expect, it } from 'vitest';
import { joinGradients } from '../../src-main/fill/join-gradients.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';

const [width, height] = [48, 24];
const hole = Uint8Array.from({ length: width * height }, (_, i) =>
  Math.abs((i % width) - 12) < 5 && Math.abs(Math.floor(i / width) - 12) < 5 ? 1 : 0,
);

/** A checkerboard that is `step` brighter on the left half. */
function picture(step: number): Tensor {
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const check = ((i % width) + Math.floor(i / width)) % 2 === 0 ? 0.1 : -0.1;
    return check + (i % width < 24 ? step : 0);
  });
  return { shape: [1, 1, height, width], data };
}

const shifts = { x: new Int16Array(width * height).fill(24), y: new Int16Array(width * height) };

describe('joinGradients', () => {
  it('copies detail in the tone of the surroundings, without a seam', () => {
    const truth = picture(0.2);
    const start = { ...truth, data: truth.data.map((v, i) => (hole[i] === 0 ? v : 9)) };
    const { data } = joinGradients(start, hole, shifts);
    data.forEach((v, i) => expect(Math.abs(v - truth.data[i])).toBeLessThan(hole[i] === 0 ? 1e-9 : 0.02));
  });

  it('leaves values where the copy fits already', () => {
    const truth = picture(0);
    const { data } = joinGradients(truth, hole, shifts);
    data.forEach((v, i) => expect(Math.abs(v - truth.data[i])).toBeLessThan(1e-6));
  });

  it('keeps the detail of both sides where two shifts meet', () => {
    const truth = picture(0);
    const two = { ...shifts, x: shifts.x.map((shift, i) => (i % width < 12 ? shift : shift - 2)) };
    const { data } = joinGradients(truth, hole, two);
    data.forEach((v, i) => expect(Math.abs(v - truth.data[i])).toBeLessThan(1e-6));
  });
});
