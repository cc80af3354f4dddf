import { expect, it } from 'vitest';
import { cloneFill } from '../../src-main/fill/clone.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';

const [width, height] = [40, 20];
const hole = Uint8Array.from({ length: width * height }, (_, i) =>
  Math.abs((i % width) - 10) < 4 && Math.abs(Math.floor(i / width) - 10) < 4 ? 1 : 0,
);
const reachable = hole.map((u) => 1 - u);

/** A checkerboard that is .3 brighter on the left half. */
function picture(): Tensor {
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const check = ((i % width) + Math.floor(i / width)) % 2 === 0 ? 0.1 : -0.1;
    return check + (i % width < 20 ? 0.3 : 0);
  });
  return { shape: [1, 1, height, width], data };
}

it('copies texture and keeps the tone of the surroundings', () => {
  const filled = cloneFill(picture(), hole, { x: 20, y: 0 }, reachable)!;
  const truth = picture();
  hole.forEach((u, i) => {
    if (u !== 0) expect(filled.data[i]).toBeCloseTo(truth.data[i], 3);
  });
});

it('does not sample beyond the picture', () => {
  expect(cloneFill(picture(), hole, { x: -20, y: 0 }, reachable)).toBeUndefined();
});
