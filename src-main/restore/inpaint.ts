import type { RestoreProgress } from '../contract/restore-events.ts';
import { distanceToKnown } from '../fill/distance.ts';
import { withGrain } from '../fill/grain.ts';
import { enlarge } from '../fill/reduce.ts';
import { smoothFill } from '../fill/smooth.ts';
import type { Measurement } from '../likelihood/likelihood.ts';
import { createLikelihood, likelihoodMethod } from '../likelihood/registry.ts';
import { MaskOperator } from '../operators/mask.ts';
import { WeightedOperator } from '../operators/weighted.ts';
import { countingNetwork } from '../prior/counting.ts';
import { Gathering, type GatheredNetwork } from '../prior/gathering.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { symmetricNetwork } from '../prior/symmetric.ts';
import { tiledNetwork } from '../prior/tiled.ts';
import { BatchRandom, RandomGenerator } from '../tensor/random.ts';
import type { Picture } from '../tensor/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ensembleAverage, ensembleMembers } from './ensemble.ts';
import { fillPicture, type Fill } from './fill-picture.ts';
import { givenFill, type GivenFill } from './given-fill.ts';
import { readTensor, writePainted } from './picture-tensor.ts';
import { HANDOVER_SIGMA, LOW_CONTEXT, LOW_SIGMA, pixelsOf } from './plan-inpainting.ts';
import { fromReduced, hasFinerDetail, reducedWindow, type WindowContent } from './reduced-window.ts';
import type { RestoredSample, RestoreNotice } from './request.ts';
import type { Rect, Window } from './region.ts';
import { toPicture, type Scale } from './scales.ts';
import { inTurn, sideBySide } from './side-by-side.ts';
import type { SolverSettings } from './settings.ts';
import { solve, updateCount } from './solve.ts';
import { Tracker } from './tracker.ts';

export interface InpaintRequest {
  readonly picture: Picture;
  /** height × width as stored, non-zero = restore. */
  readonly mask: Uint8Array;
  /** How the painted pixels were filled already; absent: they are damage, and filled anew. */
  readonly given?: GivenFill | undefined;
  /** Standard deviation of the noise of the known pixels, on [−1, 1]. */
  readonly sigmaY: number;
  readonly settings: SolverSettings;
  /** Of `planInpainting` and `countPainted` for this mask. */
  readonly scales: readonly Scale[];
  readonly paintedPixels: number;
  readonly seed: number;
  /** Highest noise level to start from where the damage is wide. */
  readonly wideSigma: number;
  /** Number of posterior samples, each drawn with streams of its own. */
  readonly samples: number;
  /** Side in pixels of the largest tile that the network sees at once; absent: the network's default. */
  readonly tile?: number | undefined;
  /** @see RestoreHost */
  readonly ownsPicture?: boolean | undefined;
}

export interface RestoreSummary {
  readonly windows: number;
  readonly paintedPixels: number;
  readonly nfe: number;
  readonly vjps: number;
}

/** Damage this wide, pixels, is filled by copied patches; their detail outlives only a start from a low level. */
const WIDE = 16;
/** Highest level that a run begins at around wide damage, unless another is asked for. */
export const WIDE_SIGMA = 0.15;
/** Noise of the known pixels where none is given and the fill is evidence beside them, well below a rounding step. */
const EVIDENCE_NOISE = 0.002;

/**
 * Windows of pictures of at least so many pixels are restored at half the size where nothing finer is to be seen around
 * them: half the time for half a decibel (docs/fills.md).
 */
const LARGE = 4_000_000;
/** Runs that go through the network in one batch, at most, … */
const AT_ONCE = 4;
/** … and pixels of their windows: larger windows keep a processor busy one by one. */
const PIXELS_AT_ONCE = 4 * 192 * 192;

/** Stream of the grain, where runs have the factor of their scale. */
const GRAIN = 0;

/** A finished window. */
interface Patch {
  readonly x: Tensor;
  readonly frame: Rect;
  readonly core: Rect;
}

/**
 * Restores the painted pixels of a picture. They are filled from their surroundings first (see fill-picture.ts); the
 * network's run starts there, and takes the fill for a second, noisy measurement of the hole where the solver's
 * settings say so. Only windows around the paint pass through the network; a finished window is known ground for the
 * next; runs from high noise levels go coarse to fine. Every pixel that is not painted, and alpha, stays as it is to
 * the bit.
 *
 * @param now  a monotonic clock in milliseconds, for progress.
 * @throws unsupported-combination; cancelled.
 */
export async function* inpaint(
  request: InpaintRequest,
  network: ScoreNetwork,
  now: () => number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RestoreProgress | RestoredSample | RestoreNotice, RestoreSummary> {
  const { picture, mask, given, sigmaY, settings, scales, paintedPixels, samples, seed } = request;
  const { width, height } = picture;
  const { channels } = network.manifest;
  const windows = scales.reduce((total, scale) => total + scale.windows.length, 0);
  const updates = updatesPerWindow(settings, network);
  const pixels = pixelsOf(scales);
  const runs = samples * settings.ensemble;
  const tracker = new Tracker(runs * windows * updates, runs * updates * pixels, now);
  const fill =
    given === undefined
      ? await fillPicture({ picture, mask, seed }, { signal })
      : givenFill(picture, mask, given, channels);
  for (const { message } of fill.notices) yield { type: 'notice', message };

  const isLarge = width * height >= LARGE;
  const canGather = !likelihoodMethod(settings.solver).needs.vjp;

  for (let sample = 0; sample < samples; sample++) {
    let coarser: { factor: number; patches: Patch[] } = { factor: 1, patches: [] };
    let window = 0;
    for (const { factor, windows: here } of scales) {
      const patches: Patch[] = [];
      for (const group of independentWindows(here, settings.ensemble, canGather)) {
        const gathering = canGather && fitsAtOnce(group, settings.ensemble) ? new Gathering(network) : undefined;
        const holes: Uint8Array[] = [];
        const runs = group.flatMap(({ frame, core }) => {
          const rect = toPicture(frame, factor, width, height);
          const { x: y, unknown } = readTensor(picture, mask, rect, factor, channels);
          for (const patch of patches) layOver(y, unknown, frame, patch);
          holes.push(unknown);
          const { guess, tau } = filledGuess(y, unknown, rect, factor, fill);
          const informed = coarser.patches.filter((patch) =>
            improveGuess(guess, unknown, frame, patch, coarser.factor / factor),
          );
          const full = { guess, unknown, tau };
          const isReduced = isLarge && factor === 1 && informed.length === 0 && !hasFinerDetail(full);
          const content = isReduced ? reducedWindow(full) : full;
          // A pixel of a reduced picture is the mean of factor² pixels.
          const noise = sigmaY / (isReduced ? 2 : factor);
          const measurement =
            settings.evidence && given !== 'sampled' && factor === 1
              ? withEvidence(content, noise)
              : knownPixels(content, noise);
          const ceiling = informed.length > 0 ? HANDOVER_SIGMA : isWide(unknown, frame) ? request.wideSigma : Infinity;
          const sigmaMax = Math.min(settings.sigmaMax, ceiling);
          const place = {
            stage: factor > 1 ? ('coarse' as const) : ('restore' as const),
            sample,
            samples,
            window: window++,
            windows,
            frame: rect,
            factor,
          };
          return ensembleMembers(settings.ensemble).map(({ element, stream, sign }) => {
            const joined = gathering?.join();
            const counted = countingNetwork(
              tiledNetwork(symmetricNetwork(joined ?? network, element), {
                active: { data: content.unknown, width: content.guess.shape[3], height: content.guess.shape[2] },
                ...(sigmaMax <= LOW_SIGMA ? { halo: LOW_CONTEXT } : {}),
                ...(request.tile === undefined ? {} : { tilePixels: request.tile ** 2 }),
              }),
            );
            const run = (): ReturnType<typeof solve> =>
              solve({
                network: counted,
                measurement,
                settings: { ...settings, sigmaMax },
                random: new BatchRandom([new RandomGenerator(seed, sample, core.x, core.y, factor, ...stream)], sign),
                initial: content.guess,
                signal,
              });
            const whole = async function* (): AsyncGenerator<RestoreProgress, Tensor> {
              const pixels = frame.width * frame.height;
              const x = yield* leaving(tracker.follow(run(), place, measurement, counted, pixels), joined);
              return isReduced ? fromReduced(guess, content.guess, x) : x;
            };
            return whole;
          });
        });
        const finished = gathering === undefined ? yield* inTurn(runs) : yield* sideBySide(runs);
        for (const [i, { frame, core }] of group.entries()) {
          const members = finished.slice(i * settings.ensemble, (i + 1) * settings.ensemble);
          const x = ensembleAverage(members);
          const grain = new RandomGenerator(seed, sample, core.x, core.y, GRAIN);
          patches.push({ x: factor === 1 ? withGrain(x, holes[i], grain) : x, frame, core });
        }
      }
      coarser = { factor, patches };
    }
    const data = request.ownsPicture === true && samples === 1 ? picture.data : picture.data.slice();
    for (const { x, frame, core } of coarser.patches) writePainted(picture, data, mask, frame, core, x);
    yield { type: 'sample', sample, picture: { ...picture, data } };
  }
  return { windows, paintedPixels, nfe: tracker.nfe, vjps: tracker.vjps };
}

/**
 * The known pixels with what the fill makes of the others, and its expected error τ (0 at known ones), reduced by an
 * integer factor.
 */
function filledGuess(y: Tensor, unknown: Uint8Array, rect: Rect, factor: number, fill: Fill) {
  if (factor > 1) return { guess: smoothFill(y, unknown), tau: new Float32Array(unknown.length) };
  const [, channels, height, width] = y.shape;
  const guess = { shape: y.shape, data: y.data.slice() };
  const tau = new Float32Array(unknown.length);
  for (const window of fill.windows) {
    const { frame, core, x } = window;
    const plane = frame.width * frame.height;
    forOverlap(rect, core, (at, px, py) => {
      if (unknown[at] === 0) return;
      const from = (py - frame.y) * frame.width + px - frame.x;
      tau[at] = window.tau[from];
      for (let c = 0; c < channels; c++) {
        guess.data[c * height * width + at] = x.data[Math.min(c, x.shape[1] - 1) * plane + from];
      }
    });
  }
  return { guess, tau };
}

/** The known pixels, with noise σ_y. */
function knownPixels({ guess, unknown }: WindowContent, sigmaY: number): Measurement {
  const [, channels, height, width] = guess.shape;
  const operator = new MaskOperator([channels, height, width], unknown);
  return { operator, y: operator.apply(guess), sigmaY };
}

/** The known pixels with noise σ_y, and the fill with noise τ, as one measurement of equal noise. */
function withEvidence({ guess, unknown, tau }: WindowContent, sigmaY: number): Measurement {
  const [, channels, height, width] = guess.shape;
  const noise = Math.max(sigmaY, EVIDENCE_NOISE);
  const weights = Float32Array.from(unknown, (u, i) => (u === 0 ? 1 : noise / Math.max(noise, tau[i])));
  const operator = new WeightedOperator([channels, height, width], weights);
  return { operator, y: operator.apply(guess), sigmaY: noise };
}

function isWide(unknown: Uint8Array, { width, height }: Rect): boolean {
  return 2 * distanceToKnown(unknown, width, height).reduce((most, d) => Math.max(most, d), 0) - 1 > WIDE;
}

/** A run that tells the others at its end that they need not wait for it. */
async function* leaving<Event, Result>(
  run: AsyncGenerator<Event, Result>,
  member: GatheredNetwork | undefined,
): AsyncGenerator<Event, Result> {
  try {
    return yield* run;
  } finally {
    member?.leave();
  }
}

/**
 * The windows in groups of equal size whose results do not depend on each other, because none sees what another restores;
 * every window alone where runs cannot be gathered.
 */
function independentWindows(windows: readonly Window[], ensemble: number, canGather: boolean): Window[][] {
  if (!canGather) return windows.map((window) => [window]);
  const groups: Window[][] = [];
  const left = new Set(windows);
  for (const first of windows) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const other of left) {
      const isAlike = other.frame.width === first.frame.width && other.frame.height === first.frame.height;
      if (!isAlike || !fitsAtOnce([...group, other], ensemble)) continue;
      if (group.some((one) => overlap(one.frame, other.core) || overlap(other.frame, one.core))) continue;
      left.delete(other);
      group.push(other);
    }
    groups.push(group);
  }
  return groups;
}

function fitsAtOnce(windows: readonly Window[], ensemble: number): boolean {
  const pixels = windows.reduce((sum, { frame }) => sum + frame.width * frame.height, 0);
  return windows.length * ensemble <= AT_ONCE && pixels * ensemble <= PIXELS_AT_ONCE;
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Every window makes the same number of updates; a window of one pixel tells it. */
function updatesPerWindow(settings: SolverSettings, network: ScoreNetwork): number {
  const { channels } = network.manifest;
  const measurement = {
    operator: new MaskOperator([channels, 1, 1], Uint8Array.of(1)),
    y: { shape: [1, channels, 1, 1] as const, data: new Float32Array(channels) },
    sigmaY: 0,
  };
  return updateCount(settings, createLikelihood(settings.solver, measurement, network, settings.method));
}

/** Makes the restored pixels of a finished window of the same scale known in another. */
function layOver(y: Tensor, unknown: Uint8Array, frame: Rect, patch: Patch): void {
  forOverlap(frame, patch.core, (at, px, py) => {
    if (unknown[at] === 0) return;
    unknown[at] = 0;
    copyPixel(y, at, patch.x, (py - patch.frame.y) * patch.frame.width + (px - patch.frame.x));
  });
}

/** Replaces the guess in unknown pixels by the result of a coarser scale; true when it did so anywhere. */
function improveGuess(guess: Tensor, unknown: Uint8Array, frame: Rect, patch: Patch, ratio: number): boolean {
  const { core } = patch;
  const finer = { x: core.x * ratio, y: core.y * ratio, width: core.width * ratio, height: core.height * ratio };
  let enlarged: Tensor | undefined;
  forOverlap(frame, finer, (at) => {
    if (unknown[at] === 0) return;
    enlarged ??= enlarge(patch.x, patch.frame, ratio, frame);
    copyPixel(guess, at, enlarged, at);
  });
  return enlarged !== undefined;
}

/** Visits the pixels of `frame` that lie in `rect`: index in the frame, and the coordinates. */
function forOverlap(frame: Rect, rect: Rect, visit: (at: number, px: number, py: number) => void): void {
  const right = Math.min(frame.x + frame.width, rect.x + rect.width);
  const bottom = Math.min(frame.y + frame.height, rect.y + rect.height);
  for (let py = Math.max(frame.y, rect.y); py < bottom; py++) {
    for (let px = Math.max(frame.x, rect.x); px < right; px++) {
      visit((py - frame.y) * frame.width + (px - frame.x), px, py);
    }
  }
}

function copyPixel(target: Tensor, at: number, source: Tensor, from: number): void {
  const [, channels, height, width] = target.shape;
  const sourcePlane = source.shape[2] * source.shape[3];
  for (let c = 0; c < channels; c++) {
    target.data[c * height * width + at] = source.data[c * sourcePlane + from];
  }
}
