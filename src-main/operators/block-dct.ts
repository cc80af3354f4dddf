/** The side of the blocks of JPEG. */
export const BLOCK = 8;

/** Row k is the k-th orthonormal cosine of length 8 (ITU-T T.81, A.3.3). */
const BASIS = Float64Array.from({ length: BLOCK * BLOCK }, (_, i) => {
  const k = Math.floor(i / BLOCK);
  return Math.sqrt((k === 0 ? 1 : 2) / BLOCK) * Math.cos((Math.PI * (2 * (i % BLOCK) + 1) * k) / (2 * BLOCK));
});

const middle = new Float64Array(BLOCK * BLOCK);

/** Replaces the 8 × 8 block at `start` of rows of `stride` values by its orthonormal cosine coefficients. */
export function forwardBlock(data: Float32Array, start: number, stride: number): void {
  for (let row = 0; row < BLOCK; row++) {
    for (let k = 0; k < BLOCK; k++) {
      let sum = 0;
      for (let j = 0; j < BLOCK; j++) sum += BASIS[k * BLOCK + j] * data[start + row * stride + j];
      middle[row * BLOCK + k] = sum;
    }
  }
  for (let k = 0; k < BLOCK; k++) {
    for (let l = 0; l < BLOCK; l++) {
      let sum = 0;
      for (let row = 0; row < BLOCK; row++) sum += BASIS[k * BLOCK + row] * middle[row * BLOCK + l];
      data[start + k * stride + l] = sum;
    }
  }
}

/** The inverse, which is the transpose, of `forwardBlock`. */
export function inverseBlock(data: Float32Array, start: number, stride: number): void {
  for (let k = 0; k < BLOCK; k++) {
    for (let j = 0; j < BLOCK; j++) {
      let sum = 0;
      for (let l = 0; l < BLOCK; l++) sum += BASIS[l * BLOCK + j] * data[start + k * stride + l];
      middle[k * BLOCK + j] = sum;
    }
  }
  for (let row = 0; row < BLOCK; row++) {
    for (let j = 0; j < BLOCK; j++) {
      let sum = 0;
      for (let k = 0; k < BLOCK; k++) sum += BASIS[k * BLOCK + row] * middle[k * BLOCK + j];
      data[start + row * stride + j] = sum;
    }
  }
}
