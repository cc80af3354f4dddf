import { counted } from '../../counted.ts';
import { LangevinError } from '../../errors.ts';
import { residual } from '../../likelihood/measurement.ts';
import type { ScoreNetwork } from '../../prior/score-network.ts';
import type { Picture } from '../../tensor/picture.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { chooseSolver } from '../choose-solver.ts';
import { RunningStatistics } from '../posterior.ts';
import { quantize } from '../picture-tensor.ts';
import { assertSquare, backProjected, createScanner, type Scanner } from '../scanner.ts';
import type { RestoreEvent, ScanRequest, TaskRunner } from '../request.ts';
import { attenuationOf, HIGHEST_HU, hounsfieldOf, LOWEST_HU, networkValue, type Scan, type Slice } from '../scan.ts';
import { sliceQuality } from '../slice-quality.ts';
import { restoreWhole } from '../whole-picture.ts';

/** Hounsfield units of air, which is what lies outside of the disk that the scanner sees. */
const AIR = -1000;
/** HU of a step of [−1, 1], times attenuation a HU: what a value of the network adds to a line integral per pixel. */
const ATTENUATION_PER_VALUE = attenuationOf(hounsfieldOf(1)) - attenuationOf(hounsfieldOf(0));

/**
 * A takes projections of the inscribed disk, parallel or fans. Filtered back-projection comes first, then the samples; of two
 * or more, the mean and standard deviation. Truth, where given, is only compared with.
 */
export const reconstructTask: TaskRunner<ScanRequest> = async function* ({ scan, truth, options }, network, host) {
  assertScan(scan, network);
  if (truth !== undefined) assertTruth(truth, scan);
  const { side } = scan;
  const scanner = createScanner(scan);
  const y = networkSinogram(scan, scanner);
  const sigmaY = scan.noise / ATTENUATION_PER_VALUE;
  const measurement = { operator: scanner.disk, y, sigmaY };
  const settings = chooseSolver(options, scanner.disk, sigmaY, network, host.tuned);
  const fbp = backProjected(scan, scanner);
  yield { type: 'companion', name: 'fbp', picture: windowed(fbp), slice: fbp };

  const { seed, samples, tile } = options;
  const statistics = samples > 1 ? new RunningStatistics(side * side) : undefined;
  let misfit = 0;
  let quality = { psnr: 0, ssim: 0 };
  const run = restoreWhole(
    { width: side, height: side, settings, seed, samples, tile, measure: () => measurement },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) {
      if (statistics !== undefined) yield* posterior(statistics, side);
      const fbpQuality = truth && sliceQuality(fbp, truth);
      const measured = {
        residual: misfit * ATTENUATION_PER_VALUE,
        ...(fbpQuality && { ...quality, fbpPsnr: fbpQuality.psnr, fbpSsim: fbpQuality.ssim }),
      };
      return { solver: settings, ...next.value, paintedPixels: side * side, measured };
    }
    const event = next.value;
    if (event.type === 'step') {
      yield event;
      continue;
    }
    const slice = sliceOf(event.x, scanner);
    statistics?.add((i) => slice.data[i]);
    const share = 1 / samples;
    misfit += share * rootMeanSquare(residual(measurement, event.x));
    if (truth !== undefined) {
      const { psnr, ssim } = sliceQuality(slice, truth);
      quality = { psnr: quality.psnr + share * psnr, ssim: quality.ssim + share * ssim };
    }
    yield { type: 'sample', sample: event.sample, picture: windowed(slice), slice };
  }
};

/**
 * The sinogram of the network's picture, x = (μ/μ_water − b)/a inside the disk: y = (sinogram − b·A 1)/a.
 */
function networkSinogram({ data }: Scan, { disk, outside }: Scanner): Tensor {
  const offset = attenuationOf(hounsfieldOf(0));
  const ones = { shape: [1, ...disk.inputShape] as const, data: new Float32Array(outside.length).fill(1) };
  const lengths = disk.apply(ones);
  return {
    shape: lengths.shape,
    data: lengths.data.map((length, i) => (data[i] - offset * length) / ATTENUATION_PER_VALUE),
  };
}

function sliceOf(x: Tensor, { outside }: Scanner): Slice {
  const [, , height, width] = x.shape;
  return { width, height, data: x.data.map((value, i) => (outside[i] ? AIR : hounsfieldOf(value))) };
}

function* posterior(statistics: RunningStatistics, side: number): Generator<RestoreEvent> {
  const size = { width: side, height: side };
  const mean = { ...size, data: Float32Array.from({ length: side * side }, (_, i) => statistics.mean(i)) };
  yield { type: 'companion', name: 'mean', picture: windowed(mean), slice: mean };
  const std = { ...size, data: Float32Array.from(mean.data, (_, i) => Math.sqrt(statistics.variance(i))) };
  const gain = 65535 / (HIGHEST_HU - LOWEST_HU);
  const shown = Uint16Array.from(std.data, (value) => Math.min(65535, Math.round(gain * value)));
  yield { type: 'companion', name: 'std', picture: grey(std, shown), slice: std };
}

/** The slice as a 16-bit grey picture, black −1024 HU, white 2000 HU. */
export function windowed(slice: Slice): Picture {
  return grey(
    slice,
    Uint16Array.from(slice.data, (value) => quantize(networkValue(value), 65535)),
  );
}

function grey({ width, height }: Slice, data: Uint16Array): Picture {
  return { width, height, mode: 'gray', bitDepth: 16, data, metadata: { orientation: 1 } };
}

function assertScan({ angles, detectors, data }: Scan, network: ScoreNetwork): void {
  if (network.manifest.channels !== 1) {
    throw new LangevinError(
      'unsupported-combination',
      `The model ${network.manifest.name} is for colour pictures; reconstruct slices with a grey one such as ct.`,
    );
  }
  if (angles.length * detectors !== data.length) {
    throw new LangevinError(
      'invalid-shape',
      `The sinogram has ${counted(data.length / detectors, 'row')} but there ${angles.length === 1 ? 'is' : 'are'} ${counted(angles.length, 'angle')}; each row is one view.`,
    );
  }
}

function assertTruth(truth: Slice, { side, detectors }: Scan): void {
  assertSquare(truth);
  if (truth.width !== side) {
    throw new LangevinError(
      'invalid-shape',
      `The true slice is ${truth.width} pixels wide, but ${detectors} detector elements see ${side}; they must agree.`,
    );
  }
}

function rootMeanSquare({ data }: Tensor): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
}
