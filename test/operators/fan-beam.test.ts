import { describe, expect, it } from 'vitest';
import { FanBeamOperator, fanGeometry } from '../../src-main/operators/fan-beam.ts';
import { fanBackProjection } from '../../src-main/operators/fan-fbp.ts';
import { fanWeights } from '../../src-main/operators/fan-weights.ts';
import { tensor } from '../../src-main/tensor/tensor.ts';
import { lineIntegral, rasterize, SHEPP_LOGAN, type Ellipse } from './phantom.ts';

const SIZE = 128;
const SOURCE = 150;

function fan(angles: readonly number[], detectors = 210, detectorSpacing = 0.75): FanBeamOperator {
  const shape = [1, SIZE, SIZE] as const;
  const geometry = fanGeometry(shape, { angles: [...angles], detectors, sourceAxis: SOURCE, detectorSpacing });
  return new FanBeamOperator(shape, geometry);
}

const turn = (views: number, over = 360): number[] => Array.from({ length: views }, (_, i) => (over * i) / views);

/** The exact sinogram of a phantom that fills the picture: each ray is a parallel one of another angle. */
function exact(operator: FanBeamOperator, ellipses: readonly Ellipse[]): Float32Array {
  const { angles, detectors, sourceAxis, detectorSpacing, detectorCenter } = operator.geometry;
  return Float32Array.from({ length: angles.length * detectors }, (_, i) => {
    const s = ((i % detectors) - detectorCenter) * detectorSpacing;
    const gamma = Math.atan(s / sourceAxis);
    const degrees = angles[Math.floor(i / detectors)] + (gamma * 180) / Math.PI;
    return (SIZE / 2) * lineIntegral(ellipses, degrees, (sourceAxis * Math.sin(gamma)) / (SIZE / 2));
  });
}

function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, counts = (_: number): boolean => true): number {
  let [difference, total] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue;
    difference += (a[i] - b[i]) ** 2;
    total += b[i] ** 2;
  }
  return Math.sqrt(difference / total);
}

const insideHead = (i: number): boolean => {
  const y = (i / SIZE - SIZE / 2) / (SIZE / 2);
  const x = ((i % SIZE) - SIZE / 2) / (SIZE / 2);
  return (x / 0.6) ** 2 + (y / 0.8) ** 2 < 1;
};

describe('fan-beam projections', () => {
  it('are the exact line integrals of the Shepp–Logan head', () => {
    const operator = fan(turn(24));
    const head = tensor([1, 1, SIZE, SIZE], rasterize(SHEPP_LOGAN, SIZE));
    expect(relativeError(operator.apply(head).data, exact(operator, SHEPP_LOGAN))).toBeLessThan(0.03);
  });

  it('refuse a source inside of the picture', () => {
    expect(() => fanGeometry([1, 64, 64], { angles: [0], detectors: 9, sourceAxis: 40 })).toThrow(
      /source turns at 40 pixels.*farther than 46/,
    );
  });
});

describe('filtered back-projection of fans', () => {
  const truth = rasterize(SHEPP_LOGAN, SIZE);

  it.each([
    ['the full turn', turn(240), 0.04],
    ['a short scan', turn(180, 240), 0.05],
    ['more than a short scan', turn(240, 310), 0.05],
    ['the full turn in any order', turn(240).map((_, i) => 360 * ((i * 0.6180339887) % 1)), 0.07],
  ])('over %s gives the head its values', (_name, angles, error) => {
    const operator = fan(angles);
    const sinogram = tensor([1, ...operator.outputShape], exact(operator, SHEPP_LOGAN));
    const result = fanBackProjection(operator, sinogram, 'ram-lak').data;
    expect(relativeError(result, truth, insideHead)).toBeLessThan(error);
    const sum = (values: Float32Array): number => values.reduce((total, v, i) => total + (insideHead(i) ? v : 0), 0);
    expect(Math.abs(sum(result) / sum(truth) - 1)).toBeLessThan(0.005);
  });

  it('counts a ray and the same ray from its other end as one', () => {
    const angles = turn(180, 250);
    const { share } = fanWeights(angles);
    const step = 250 / 180;
    for (const [view, gamma] of [
      [3, 0.2],
      [10, -0.1],
      [40, 0.3],
    ]) {
      const other = angles[view] + 180 + (2 * gamma * 180) / Math.PI;
      // Between views the weight is that of the nearer one.
      const place = Math.round(other / step);
      const both = share(view, gamma) + (place < 180 ? share(place, -gamma) : 0);
      expect(Math.abs(both - 1)).toBeLessThan(0.03);
    }
  });
});
