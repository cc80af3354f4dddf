import { describe, expect, it } from 'vitest';
import { filteredBackProjection } from '../../src-main/operators/fbp.ts';
import { RadonOperator } from '../../src-main/operators/radon.ts';
import { angularWeights, radonGeometry } from '../../src-main/operators/radon-geometry.ts';
import { fbpFilters } from '../../src-main/operators/ramp-filter.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import { BatchRandom, RandomGenerator } from '../../src-main/tensor/random.ts';
import { dotPerSample, normPerSample, tensor, zeros, type Tensor } from '../../src-main/tensor/tensor.ts';
import { lineIntegral, rasterize, SHEPP_LOGAN, type Ellipse } from './phantom.ts';

function radon(size: number, options: Parameters<typeof radonGeometry>[1]): RadonOperator {
  return new RadonOperator([1, size, size], radonGeometry([1, size, size], options));
}

function evenly(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (180 * i) / n);
}

function image(ellipses: readonly Ellipse[], size: number): Tensor {
  return tensor([1, 1, size, size], rasterize(ellipses, size));
}

/** Root mean square of a − b over the given values, relative to that of b. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, counts = (_: number): boolean => true): number {
  let difference = 0;
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue;
    difference += (a[i] - b[i]) ** 2;
    total += b[i] ** 2;
  }
  return Math.sqrt(difference / total);
}

/** The exact sinogram of a phantom that fills the picture, in units of pixels. */
function exactSinogram(operator: RadonOperator, ellipses: readonly Ellipse[]): Float32Array {
  const { angles, detectors, pixelSize, detectorSpacing, detectorCenter } = operator.geometry;
  const half = (operator.inputShape[2] * pixelSize) / 2;
  return Float32Array.from({ length: angles.length * detectors }, (_, i) => {
    const s = ((i % detectors) - detectorCenter) * detectorSpacing;
    return half * lineIntegral(ellipses, angles[Math.floor(i / detectors)], s / half);
  });
}

describe('radon', () => {
  it('gives the chords of a disk, at every angle and off the centre', () => {
    const disk: Ellipse[] = [[0.8, 0.4, 0.4, 0.3, -0.2, 0]];
    const operator = radon(128, { angles: [0, 17, 45, 63, 90, 135, 200, 271, -33] });
    const measured = operator.apply(image(disk, 128)).data;
    expect(relativeError(measured, exactSinogram(operator, disk))).toBeLessThan(0.012);
    // Away from the rim, where pixels cannot follow the edge, the chord itself.
    const through = operator.geometry.angles.map((angle) => {
      const theta = (angle * Math.PI) / 180;
      return Math.round(operator.geometry.detectorCenter + 64 * (0.3 * Math.cos(theta) - 0.2 * Math.sin(theta)));
    });
    through.forEach((d, v) => {
      const chord = measured[v * operator.geometry.detectors + d];
      expect(Math.abs(chord / (0.8 * 2 * 0.4 * 64) - 1)).toBeLessThan(0.01);
    });
  });

  it('gives the exact projections of the Shepp–Logan head, in any unit and at any detector spacing', () => {
    const operator = radon(128, { angles: evenly(12), pixelSize: 0.25, detectorSpacing: 0.2, detectors: 230 });
    const measured = operator.apply(image(SHEPP_LOGAN, 128)).data;
    expect(relativeError(measured, exactSinogram(operator, SHEPP_LOGAN))).toBeLessThan(0.03);
  });

  it('places a point where scikit-image does: at column·cos θ + height·sin θ from the pixel ⌊n/2⌋', () => {
    const angles = [0, 30, 90, 140];
    const operator = radon(65, { angles, detectors: 65, axis: [32, 32], detectorCenter: 32 });
    const x = zeros([1, 1, 65, 65]);
    x.data[(32 - 5) * 65 + 32 + 9] = 1;
    const sinogram = operator.apply(x).data;
    angles.forEach((angle, v) => {
      const view = sinogram.subarray(v * 65, (v + 1) * 65);
      const mass = view.reduce((sum, value) => sum + value, 0);
      const place = view.reduce((sum, value, d) => sum + value * d, 0) / mass;
      const theta = (angle * Math.PI) / 180;
      // One point on so coarse a grid is placed to a fraction of a detector element.
      expect(Math.abs(place - (32 + 9 * Math.cos(theta) + 5 * Math.sin(theta)))).toBeLessThan(0.3);
    });
    expect(sinogram[41]).toBeCloseTo(1, 6);
    expect(sinogram[2 * 65 + 37]).toBeCloseTo(1, 6);
  });

  it('has the axis in the middle unless stated: half a turn mirrors the view', () => {
    const x = tensor(
      [1, 1, 8, 8],
      new Float32Array(64).map((_, i) => Math.sin(i * i)),
    );
    const operator = radon(8, { angles: [0, 180, 90, 270], detectors: 9 });
    const y = operator.apply(x).data;
    for (let d = 0; d < 9; d++) {
      expect(y[9 + d]).toBeCloseTo(y[8 - d], 5);
      expect(y[27 + d]).toBeCloseTo(y[18 + 8 - d], 5);
    }
  });

  it('does not change when picture and angles turn by 90° together', () => {
    const n = 33;
    const random = new RandomGenerator(1);
    const x = zeros([1, 1, n, n]);
    for (let i = 0; i < x.data.length; i++) x.data[i] = random.normal();
    // Counter-clockwise as seen: row r, column c goes to row n − 1 − c, column r.
    const turned = zeros([1, 1, n, n]);
    for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) turned.data[(n - 1 - c) * n + r] = x.data[r * n + c];
    const angles = [0, 12, 45, 80, 131];
    const still = radon(n, { angles }).apply(x).data;
    const moved = radon(n, { angles: angles.map((a) => a + 90) }).apply(turned).data;
    still.forEach((v, i) => expect(moved[i]).toBeCloseTo(v, 4));
  });

  it('sees a centred disk alike from everywhere', () => {
    const operator = radon(96, { angles: evenly(40) });
    const sinogram = operator.apply(image([[1, 0.6, 0.6, 0, 0, 0]], 96)).data;
    const { detectors } = operator.geometry;
    const first = sinogram.subarray(0, detectors);
    for (let v = 1; v < 40; v++) {
      expect(relativeError(sinogram.subarray(v * detectors, (v + 1) * detectors), first)).toBeLessThan(0.03);
    }
  });

  it('has a matched adjoint at full size, for angles beside the diagonals and axes', () => {
    const shape = [1, 200, 181] as const;
    const operator = createOperator(
      { name: 'radon', options: { angles: [44.9999, 45, 45.0001, 135, 90 + 1e-7, 1e-9, 77.7], axis: [91.3, 80] } },
      shape,
    );
    const x = BatchRandom.seeded(1, 1).normal([1, ...shape]);
    const y = BatchRandom.seeded(2, 1).normal([1, ...operator.outputShape]);
    const image = operator.apply(x);
    const left = dotPerSample(image, y)[0];
    const right = dotPerSample(x, operator.adjoint(y))[0];
    expect(Math.abs(left - right)).toBeLessThan(1e-6 * normPerSample(image)[0] * normPerSample(y)[0]);
  });

  it('sees the whole picture unless a detector count is stated', () => {
    const ones = tensor([1, 1, 20, 11], new Float32Array(220).fill(1));
    const operator = createOperator({ name: 'radon', options: { angles: evenly(9) } }, [1, 20, 11]);
    const y = operator.apply(ones);
    // Rays are one pixel apart: a view sums to the area, up to how finely the border is sampled.
    for (let v = 0; v < 9; v++) {
      const sum = y.data.subarray(v * y.shape[3], (v + 1) * y.shape[3]).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum / 220 - 1)).toBeLessThan(0.03);
    }
  });

  it('refuses an empty list of angles and impossible sizes, naming them', () => {
    expect(() => createOperator({ name: 'radon', options: { angles: [] } }, [1, 4, 4])).toThrow(/angles/);
    expect(() => radon(4, { angles: [0], pixelSize: 0 })).toThrow(/pixelSize/);
  });
});

describe('filtered back-projection', () => {
  const size = 128;
  const truth = image(SHEPP_LOGAN, size);
  const insideHead = (i: number): boolean => {
    const y = (i / size - size / 2) / (size / 2);
    const x = ((i % size) - size / 2) / (size / 2);
    return (x / 0.6) ** 2 + (y / 0.8) ** 2 < 1;
  };
  const inCircle = (i: number): boolean =>
    Math.hypot(Math.floor(i / size) - (size - 1) / 2, (i % size) - (size - 1) / 2) < size / 2 - 1;

  // Errors relative to the phantom's root mean square: in the circle mostly the skull's edge, and within the brain.
  it.each([
    ['ram-lak', 0.11, 0.035],
    ['shepp-logan', 0.125, 0.037],
    ['hann', 0.24, 0.062],
  ] as const)('reconstructs the Shepp–Logan head from exact projections with %s', (filter, circle, brain) => {
    const operator = radon(size, { angles: evenly(200) });
    const sinogram = tensor([1, ...operator.outputShape], exactSinogram(operator, SHEPP_LOGAN));
    const result = filteredBackProjection(operator, sinogram, filter).data;
    expect(relativeError(result, truth.data, inCircle)).toBeLessThan(circle);
    expect(relativeError(result, truth.data, insideHead)).toBeLessThan(brain);
  });

  it.each(fbpFilters)('gives a disk its value and nothing beside it with %s, in any unit', (filter) => {
    const disk: Ellipse[] = [[0.7, 0.5, 0.5, 0.2, 0.1, 0]];
    const operator = radon(size, { angles: evenly(180), pixelSize: 0.3, detectorSpacing: 0.25, detectors: 220 });
    const sinogram = tensor([1, ...operator.outputShape], exactSinogram(operator, disk));
    const result = filteredBackProjection(operator, sinogram, filter).data;
    const mean = (counts: (radius: number) => boolean): number => {
      const values = result.filter((_, i) => {
        const y = (size / 2 - 0.5 - Math.floor(i / size)) / (size / 2);
        const x = ((i % size) - size / 2 + 0.5) / (size / 2);
        return counts(Math.hypot(x - 0.2, y - 0.1)) && Math.hypot(x, y) < 0.98;
      });
      return values.reduce((a, b) => a + b, 0) / values.length;
    };
    expect(mean((radius) => radius < 0.45)).toBeCloseTo(0.7, 2);
    expect(mean((radius) => radius > 0.56)).toBeCloseTo(0, 2);
  });

  it('pads views with zeros: a disk that fills the detector keeps its value to the rim', () => {
    const disk: Ellipse[] = [[1, 0.96, 0.96, 0, 0, 0]];
    const operator = radon(size, { angles: evenly(180), detectors: size });
    const sinogram = tensor([1, ...operator.outputShape], exactSinogram(operator, disk));
    const result = filteredBackProjection(operator, sinogram, 'shepp-logan').data;
    const middle = result.subarray((size / 2) * size, (size / 2 + 1) * size);
    for (const col of [8, 20, 64, 100, 119]) expect(Math.abs(middle[col] - 1)).toBeLessThan(0.01);
  });

  it('scales any list of angles: shuffled, doubled, over the full turn, unevenly spread', () => {
    const random = new RandomGenerator(5);
    const lists = {
      fullTurn: Array.from({ length: 240 }, (_, i) => 1.5 * i),
      shuffledWithRepeats: [...evenly(120), ...evenly(120).slice(0, 50)].sort(() => random.uniform() - 0.5),
      golden: Array.from({ length: 150 }, (_, i) => i * 111.246117975),
      denseQuarter: [
        ...Array.from({ length: 90 }, (_, i) => 0.5 * i),
        ...Array.from({ length: 68 }, (_, i) => 45 + 2 * i),
      ],
    };
    for (const angles of Object.values(lists)) {
      const operator = radon(size, { angles });
      const sinogram = tensor([1, ...operator.outputShape], exactSinogram(operator, SHEPP_LOGAN));
      const result = filteredBackProjection(operator, sinogram, 'ram-lak').data;
      expect(relativeError(result, truth.data, inCircle)).toBeLessThan(0.12);
      const sum = (values: Float32Array): number => values.reduce((total, v, i) => total + (insideHead(i) ? v : 0), 0);
      expect(Math.abs(sum(result) / sum(truth.data) - 1)).toBeLessThan(0.005);
    }
  });

  it('reconstructs samples and channels independently', () => {
    const operator = new RadonOperator([2, 16, 12], radonGeometry([2, 16, 12], { angles: evenly(7) }));
    const y = BatchRandom.seeded(3, 2).normal([2, ...operator.outputShape]);
    const together = filteredBackProjection(operator, y);
    expect(together.shape).toEqual([2, 2, 16, 12]);
    const alone = new RadonOperator([1, 16, 12], radonGeometry([1, 16, 12], { angles: evenly(7) }));
    const planeSize = y.data.length / 4;
    for (let p = 0; p < 4; p++) {
      const plane = tensor([1, ...alone.outputShape], y.data.subarray(p * planeSize, (p + 1) * planeSize));
      expect(filteredBackProjection(alone, plane).data).toEqual(together.data.subarray(p * 192, (p + 1) * 192));
    }
  });

  it('refuses a sinogram of another shape', () => {
    expect(() => filteredBackProjection(radon(8, { angles: [0] }), zeros([1, 1, 2, 12]))).toThrow(/sinogram must have/);
  });
});

describe('angular weights', () => {
  it('are equal for evenly spread views, whatever their order and turn', () => {
    for (const angles of [evenly(6), [150, 0, 30, 300, 270, 60], [5, 35, 65, 95, 125, 155]]) {
      angularWeights(angles).forEach((w) => expect(w).toBeCloseTo(Math.PI / 6, 12));
    }
    expect([...angularWeights([40])]).toEqual([Math.PI]);
  });

  it('share a direction between the views that measure it', () => {
    const weights = angularWeights([0, 180, 90, 270, 90]);
    expect(weights[0] + weights[1]).toBeCloseTo(Math.PI / 2, 12);
    expect(weights[2] + weights[3] + weights[4]).toBeCloseTo(Math.PI / 2, 12);
  });

  it('do not inflate the views beside a missing wedge', () => {
    const weights = angularWeights(Array.from({ length: 91 }, (_, i) => i));
    const degree = Math.PI / 180;
    expect(weights[45]).toBeCloseTo(degree, 12);
    expect(weights[0]).toBeCloseTo(2 * degree, 12);
  });
});
