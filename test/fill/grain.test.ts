import { describe, expect, it } from 'vitest';
import { withGrain } from '../../src-main/fill/grain.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../../src-main/tensor/tensor.ts';

const SIDE = 96;
const HOLE = { from: 36, to: 60 };

function isHole(i: number): boolean {
  const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
  return x >= HOLE.from && x < HOLE.to && y >= HOLE.from && y < HOLE.to;
}

const unknown = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (isHole(i) ? 1 : 0));

/** A ramp with grain of standard deviation `sigma`, but not in the hole. */
function ramp(sigma: number): Tensor {
  const random = new RandomGenerator(1);
  const x = zeros([1, 1, SIDE, SIDE]);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const grain = sigma * random.normal();
    x.data[i] = (i % SIDE) / SIDE - 0.5 + (isHole(i) ? 0 : grain);
  }
  return x;
}

/** Mean square of x less the mean of its four neighbours, in the hole and around it. */
function energies({ data }: Tensor): { inside: number; around: number } {
  const sums = { inside: 0, around: 0 };
  const counts = { inside: 0, around: 0 };
  for (let y = 4; y < SIDE - 4; y++) {
    for (let x = 4; x < SIDE - 4; x++) {
      const i = y * SIDE + x;
      const where = isHole(i) ? 'inside' : 'around';
      sums[where] += (data[i] - (data[i - 1] + data[i + 1] + data[i - SIDE] + data[i + SIDE]) / 4) ** 2;
      counts[where]++;
    }
  }
  return { inside: sums.inside / counts.inside, around: sums.around / counts.around };
}

describe('withGrain', () => {
  it('brings a smooth fill to the grain around it, and changes nothing else', () => {
    const x = ramp(0.06);
    const before = energies(x);
    expect(before.inside / before.around).toBeLessThan(0.05);
    const out = withGrain(x, unknown, new RandomGenerator(2));
    const after = energies(out);
    expect(after.inside / after.around).toBeGreaterThan(0.7);
    expect(after.inside / after.around).toBeLessThan(1.4);
    out.data.forEach((value, i) => {
      if (!isHole(i)) expect(value).toBe(x.data[i]);
    });
    expect(withGrain(x, unknown, new RandomGenerator(2)).data).toEqual(out.data);
    expect(withGrain(x, unknown, new RandomGenerator(3)).data).not.toEqual(out.data);
  });

  it('adds nothing where there is enough, where nothing around has any, and to thin damage', () => {
    const once = withGrain(ramp(0.06), unknown, new RandomGenerator(2));
    const twice = energies(withGrain(once, unknown, new RandomGenerator(4)));
    expect(twice.inside / energies(once).inside).toBeLessThan(1.2);
    const clean = ramp(0);
    expect(withGrain(clean, unknown, new RandomGenerator(2))).toBe(clean);
    const grainy = ramp(0.06);
    const thin = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE >= 40 && i % SIDE < 44 ? 1 : 0));
    expect(withGrain(grainy, thin, new RandomGenerator(2))).toBe(grainy);
  });
});
