import type { OperatorSpec } from '../../src-main/operators/definition.ts';
import type { ImageShape } from '../../src-main/tensor/tensor.ts';

/** One operator that the tests over the registry build and check; small enough for dense algebra. */
export interface OperatorCase {
  readonly title: string;
  readonly spec: OperatorSpec;
  readonly shape: ImageShape;
  /** What the operator promises; that it keeps the promise is tested, and that it makes no other. */
  readonly spectrum: boolean;
  readonly rowGram: boolean;
  /** Relative error allowed in inverses: rounding of float32 where closed, more where by iteration. */
  readonly inverseTolerance: number;
  /** Relative excess allowed in the norm. */
  readonly normTolerance: number;
  /** Singular values below this part of the largest are 0 to the pseudo-inverse, where it is not rounding. */
  readonly rankTolerance?: number;
}

const closed = { spectrum: true, rowGram: false, inverseTolerance: 2e-6, normTolerance: 1e-6 };
const tight = { ...closed, rowGram: true };
const iterative = { spectrum: false, rowGram: false, inverseTolerance: 1e-3, normTolerance: 0.0101 };
/** Iterated to the end of float32, so that the results can be compared with dense algebra. */
const solver = { tolerance: 1e-7, maxIterations: 400 };

/** A mask that paints every third and every fifth value. */
function mask(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i % 3 === 0 || i % 5 === 0 ? 1 : 0));
}

const gaussian = (sigma: number): object => ({ kernel: { kind: 'gaussian', sigma } });
/** Without any symmetry, so that a transposed or shifted kernel shows. */
const lopsided = { kind: 'custom', height: 3, width: 4, values: [1, 5, 2, 0, 0, 4, 30, 1, 3, 2, 1, 1] };

/** More weights than are convolved one by one, most of it in the middle. */
const wide = {
  kind: 'custom',
  height: 13,
  width: 17,
  values: Array.from({ length: 13 * 17 }, (_, i) => (i === 6 * 17 + 8 ? 60 : 0.01 + ((i * 37) % 101) / 400)),
};

/** Steps that differ everywhere, coarse enough that the weights are of one order. */
const steps = (first: number): number[] => Array.from({ length: 64 }, (_, i) => first + (i % 8) + Math.floor(i / 8));

export const operatorCases: readonly OperatorCase[] = [
  { title: 'colour', spec: { name: 'identity' }, shape: [3, 3, 4], ...tight },
  { title: 'colour alone', spec: { name: 'chroma' }, shape: [3, 3, 4], ...tight },
  { title: 'colour alone of a column', spec: { name: 'chroma' }, shape: [3, 5, 1], ...tight },
  { title: 'one odd row', spec: { name: 'identity' }, shape: [1, 1, 7], ...tight },

  {
    title: 'one mask for all channels',
    spec: { name: 'mask', options: { mask: mask(20) } },
    shape: [3, 5, 4],
    ...closed,
  },
  { title: 'a mask per channel', spec: { name: 'mask', options: { mask: mask(42) } }, shape: [2, 3, 7], ...closed },
  {
    title: 'nothing kept',
    spec: { name: 'mask', options: { mask: new Uint8Array(6).fill(1) } },
    shape: [1, 2, 3],
    ...closed,
  },

  {
    title: 'one weight a pixel',
    spec: { name: 'weighted', options: { weights: Float32Array.from({ length: 35 }, (_, i) => (i * 7) % 4) } },
    shape: [2, 5, 7],
    ...closed,
  },
  {
    title: 'a weight per channel',
    spec: { name: 'weighted', options: { weights: Float32Array.from({ length: 24 }, (_, i) => 1 / (1 + i)) } },
    shape: [2, 3, 4],
    ...closed,
  },

  { title: 'faded evenly', spec: { name: 'channel-gain', options: { gains: [0.5, 0.5] } }, shape: [2, 3, 5], ...tight },
  {
    title: 'faded by channel',
    spec: { name: 'channel-gain', options: { gains: [0.9, 0.6, 0.3] } },
    shape: [3, 3, 4],
    ...closed,
  },

  { title: 'fine grain', spec: { name: 'grain-whitening', options: { size: 0.6 } }, shape: [2, 5, 4], ...closed },
  { title: 'coarse grain', spec: { name: 'grain-whitening', options: { size: 1.5 } }, shape: [1, 7, 6], ...closed },

  {
    title: 'grey, with a block that is not whole',
    spec: { name: 'jpeg', options: { luma: steps(16), chroma: steps(17), solver } },
    shape: [1, 8, 11],
    ...iterative,
    inverseTolerance: 1e-4,
  },
  {
    title: '4:2:0 of odd sides',
    spec: { name: 'jpeg', options: { luma: steps(16), chroma: steps(24), solver } },
    shape: [3, 7, 9],
    ...iterative,
    inverseTolerance: 1e-4,
  },
  {
    title: '4:4:4 with unknown pixels and noise',
    spec: {
      name: 'jpeg',
      options: {
        luma: steps(16),
        chroma: steps(24),
        sampling: [1, 1],
        noise: 0.05,
        error: Float32Array.from({ length: 128 }, (_, i) => (i === 9 ? Infinity : i === 12 ? 0.2 : 0)),
        solver,
      },
    },
    shape: [3, 8, 16],
    ...iterative,
    inverseTolerance: 1e-4,
  },

  {
    title: '4:2:0 with grain that differs from pixel to pixel',
    spec: {
      name: 'jpeg',
      options: {
        luma: steps(16),
        chroma: steps(24),
        noise: Float32Array.from({ length: 128 }, (_, i) => 0.02 + (i % 16) / 200),
        grain: 1.2,
        error: Float32Array.from({ length: 128 }, (_, i) => (i === 9 ? 0.1 : 0)),
        solver,
      },
    },
    shape: [3, 8, 16],
    ...iterative,
    inverseTolerance: 1e-4,
  },

  { title: 'Rec. 601', spec: { name: 'luma' }, shape: [3, 5, 4], ...tight },
  { title: 'other weights', spec: { name: 'luma', options: { weights: [-1, 0.5] } }, shape: [2, 3, 3], ...tight },
  { title: 'the first channel', spec: { name: 'luma', options: { weights: [2, 0, 0] } }, shape: [3, 2, 3], ...tight },

  ...[2, 3, 4].flatMap((factor): OperatorCase[] => [
    {
      title: `bicubic ×${factor}`,
      spec: { name: 'downsample', options: { factor } },
      shape: [factor === 2 ? 2 : 1, 2 * factor, 3 * factor],
      ...closed,
    },
    {
      title: `area ×${factor}`,
      spec: { name: 'downsample', options: { factor, filter: 'area' } },
      shape: [1, 3 * factor, factor],
      ...tight,
    },
    {
      title: `bicubic ×${factor} of odd sides`,
      spec: { name: 'downsample', options: { factor, solver } },
      shape: [1, 7, 2 * factor + 1],
      ...iterative,
      inverseTolerance: 1e-5,
      normTolerance: 2.1e-3,
    },
  ]),
  {
    title: 'area ×2 of odd sides',
    spec: { name: 'downsample', options: { factor: 2, filter: 'area', solver } },
    shape: [2, 5, 7],
    ...iterative,
    inverseTolerance: 1e-5,
    normTolerance: 2.1e-3,
  },

  {
    title: 'Gaussian, reflected',
    spec: { name: 'blur', options: gaussian(0.6) },
    shape: [2, 5, 6],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'Gaussian wider than the image, reflected: numerically singular',
    spec: { name: 'blur', options: gaussian(2) },
    shape: [1, 3, 4],
    ...closed,
    inverseTolerance: 1e-3,
    rankTolerance: 1e-4,
  },
  {
    title: 'Gaussian, circular',
    spec: { name: 'blur', options: { ...gaussian(0.6), boundary: 'circular' } },
    shape: [3, 5, 4],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'lopsided kernel, circular',
    spec: { name: 'blur', options: { kernel: lopsided, boundary: 'circular' } },
    shape: [2, 4, 7],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'pairs of columns, circular: the finest stripes vanish',
    spec: {
      name: 'blur',
      options: { kernel: { kind: 'custom', height: 1, width: 2, values: [1, 1] }, boundary: 'circular' },
    },
    shape: [1, 3, 6],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'second differences, not normalised: the mean vanishes',
    spec: {
      name: 'blur',
      options: { kernel: { kind: 'custom', height: 1, width: 3, values: [-1, 2, -1], normalize: false } },
    },
    shape: [1, 3, 5],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'disk, reflected',
    spec: { name: 'blur', options: { kernel: { kind: 'disk', radius: 0.9 } } },
    shape: [2, 5, 6],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'motion, reflected',
    spec: { name: 'blur', options: { kernel: { kind: 'motion', length: 2.5, angle: 30 }, solver } },
    shape: [2, 5, 6],
    ...iterative,
  },
  {
    title: 'lopsided kernel, reflected',
    spec: { name: 'blur', options: { kernel: lopsided, solver } },
    shape: [1, 6, 7],
    ...iterative,
  },
  {
    title: 'kernel of many weights, larger than the image, reflected',
    spec: { name: 'blur', options: { kernel: wide, solver } },
    shape: [3, 4, 5],
    ...iterative,
  },

  {
    title: 'six views',
    spec: { name: 'radon', options: { angles: [0, 30, 45, 90, 100, 170], solver } },
    shape: [1, 6, 5],
    ...iterative,
  },
  {
    title: 'two channels, few detectors, other units and axis',
    spec: {
      name: 'radon',
      options: {
        angles: [-20, 45, 300],
        detectors: 4,
        pixelSize: 0.7,
        detectorSpacing: 0.9,
        axis: [2, 1.5],
        detectorCenter: 1.2,
        solver,
      },
    },
    shape: [2, 4, 5],
    ...iterative,
  },

  {
    title: 'fans from all sides',
    spec: { name: 'fan-beam', options: { angles: [0, 40, 90, 135, 200, 300], detectors: 9, sourceAxis: 7, solver } },
    shape: [1, 6, 5],
    ...iterative,
  },
  {
    title: 'two channels, a shifted and finer detector',
    spec: {
      name: 'fan-beam',
      options: { angles: [-20, 45], detectors: 5, sourceAxis: 9, detectorSpacing: 0.8, detectorCenter: 1.4, solver },
    },
    shape: [2, 4, 5],
    ...iterative,
  },

  {
    title: 'a negative factor',
    spec: { name: 'scaled', options: { operator: { name: 'luma' }, factor: -3 } },
    shape: [3, 3, 4],
    ...tight,
  },
  {
    title: 'an iterative operator',
    spec: {
      name: 'scaled',
      options: { operator: { name: 'radon', options: { angles: [0, 60], solver } }, factor: 0.5 },
    },
    shape: [1, 3, 5],
    ...iterative,
  },

  {
    title: 'masked luma',
    spec: {
      name: 'compose',
      options: { operators: [{ name: 'luma' }, { name: 'mask', options: { mask: mask(15) } }] },
    },
    shape: [3, 3, 5],
    ...closed,
  },
  {
    title: 'blurred area averages of luma',
    spec: {
      name: 'compose',
      options: {
        operators: [
          { name: 'luma' },
          { name: 'downsample', options: { factor: 2, filter: 'area' } },
          { name: 'blur', options: gaussian(0.6) },
        ],
      },
    },
    shape: [3, 6, 4],
    ...closed,
    inverseTolerance: 5e-5,
  },
  {
    title: 'luma of averages',
    spec: {
      name: 'compose',
      options: { operators: [{ name: 'downsample', options: { factor: 3, filter: 'area' } }, { name: 'luma' }] },
    },
    shape: [3, 3, 6],
    ...tight,
  },
  {
    title: 'masked blur',
    spec: {
      name: 'compose',
      options: {
        operators: [
          { name: 'blur', options: gaussian(0.6) },
          { name: 'mask', options: { mask: mask(35) } },
        ],
        solver,
      },
    },
    shape: [1, 5, 7],
    ...iterative,
  },

  {
    title: 'grey and masked',
    spec: {
      name: 'stack',
      options: {
        operators: [
          { name: 'luma' },
          { name: 'scaled', options: { operator: { name: 'mask', options: { mask: mask(12) } }, factor: 0.5 } },
        ],
        solver,
      },
    },
    shape: [3, 3, 4],
    ...iterative,
    inverseTolerance: 1e-5,
  },
  {
    title: 'reduced and seen from the side, odd',
    spec: {
      name: 'stack',
      options: {
        operators: [
          { name: 'downsample', options: { factor: 2 } },
          { name: 'radon', options: { angles: [90], detectors: 3 } },
        ],
        solver,
      },
    },
    shape: [1, 5, 3],
    ...iterative,
  },
];
