import type { z } from 'zod';
import type { FileBytes, restoreJobSchema } from '../../../contract/jobs.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { decodeHints, decodeMask } from '../../../images/mask.ts';
import { decodePicture, type DecodedPicture, type DecodeOptions } from '../../../images/decode.ts';
import { colourChannels, readTensor } from '../../../restore/picture-tensor.ts';
import type { ColourHints, KernelWeights, PictureRequest, ScanRequest } from '../../../restore/request.ts';
import { equalAngles, scanSlice, sideSeen } from '../../../restore/scanner.ts';
import { contentsOf } from '../placed-files.ts';
import { PARALLEL, type Beam } from '../../../restore/scan.ts';
import { readSinogram } from './sinogram-files.ts';
import { readSlice } from './slice-files.ts';

type RestoreJob = z.output<typeof restoreJobSchema>;

/** Views of a slice that is scanned here, where neither --angles nor an angles file says. */
const DEFAULT_VIEWS = 23;

/** A decoded picture task. */
export interface PictureInput extends PictureRequest {
  readonly picture: DecodedPicture;
}

/** @throws what decoding throws; invalid-argument where a file is missing. */
export async function readPictureInput(
  job: Pick<RestoreJob, 'picture' | 'mask' | 'strengthMask' | 'hints' | 'kernel' | 'options'>,
): Promise<PictureInput> {
  if (job.picture === undefined) {
    throw new LangevinError('invalid-argument', `The task ${job.options.task} needs a picture.`);
  }
  const { bytes, name } = await contentsOf(job.picture);
  const picture = await decodePicture(bytes, name, decodeOptions(job.options));
  return {
    picture,
    mask: job.mask && (await decodeMask(job.mask.bytes, job.mask.name, picture, job.options.damage?.softMask === true)),
    strengthMap: job.strengthMask && (await decodeMask(job.strengthMask.bytes, job.strengthMask.name, picture, true)),
    hints: job.hints && (await readHints(job.hints, picture)),
    kernel: job.kernel && (await readKernel(job.kernel)),
    options: job.options,
  };
}

async function readHints({ bytes, name }: FileBytes, picture: DecodedPicture): Promise<ColourHints> {
  const { width, height } = picture;
  return { width, height, rgba: await decodeHints(bytes, name, picture) };
}

/** How the options ask for a file to be read. */
export function decodeOptions({ page, acceptDamage }: Pick<RestoreOptions, 'page' | 'acceptDamage'>): DecodeOptions {
  return { damage: acceptDamage ? 'accept' : 'offer', ...(page === undefined ? {} : { page: page - 1 }) };
}

/** The weights of a blur from its picture: luma on black. */
export async function readKernel({ bytes, name }: FileBytes): Promise<KernelWeights> {
  const picture = await decodePicture(bytes, name);
  const { width, height } = picture;
  const channels = colourChannels(picture);
  const { x } = readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, channels);
  const plane = width * height;
  const data = Float64Array.from({ length: plane }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += (x.data[c * plane + i] + 1) / 2 / channels;
    return sum;
  });
  return { width, height, data };
}

/**
 * The scan to reconstruct: the sinogram given, or one made from the slice given, which then is the truth.
 * @throws what reading throws; invalid-argument where neither or both are given.
 */
export async function readScanInput(
  job: Pick<RestoreJob, 'picture' | 'sinogram' | 'angles' | 'truth' | 'options'> & {
    readonly mask?: object | undefined;
  },
): Promise<{ request: ScanRequest; notices: readonly string[] }> {
  assertNoMask(job.mask);
  const { picture, sinogram, truth, options } = job;
  const noise = options.noise ?? 0;
  if ((picture === undefined) === (sinogram === undefined)) {
    throw new LangevinError(
      'invalid-argument',
      'Reconstruction needs either a sinogram (--sinogram) or a slice, which is then scanned; give one of them.',
    );
  }
  const beam = beamOf(options);
  if (sinogram !== undefined) {
    const { views, detectors, data, ...read } = await readSinogram(await contentsOf(sinogram), options.slice);
    const listed = job.angles ?? (options.angles === undefined ? read.angles : undefined);
    const angles = viewsOf(listed, options, beam, views);
    const slice = truth && (await readSlice(truth, options.slice));
    const side = slice?.width ?? sideSeen(detectors, beam);
    return {
      request: { scan: { angles, detectors, data, noise, beam, side }, truth: slice, options },
      notices: [...read.notices, ...angleNotices(angles), ...(slice?.notices ?? [])],
    };
  }
  const slice = await readSlice(await contentsOf(picture!), options.slice);
  const angles = viewsOf(job.angles, options, beam);
  const scan = scanSlice(slice, angles, noise, options.seed, beam);
  return { request: { scan, truth: slice, options }, notices: [...slice.notices, ...angleNotices(angles)] };
}

/** How rays run, as the options say. */
export function beamOf({ sourceAxis, detectorSpacing }: Pick<RestoreOptions, 'sourceAxis' | 'detectorSpacing'>): Beam {
  return {
    detectorSpacing: detectorSpacing ?? PARALLEL.detectorSpacing,
    ...(sourceAxis === undefined ? {} : { sourceAxis }),
  };
}

/** Several views within a few degrees are more likely radians. */
export function angleNotices(angles: readonly number[]): string[] {
  const span = Math.max(...angles) - Math.min(...angles);
  if (angles.length < 4 || span > 2 * Math.PI) return [];
  return [
    `The ${angles.length} views span only ${+span.toPrecision(3)} degrees; angles are in degrees, not in radians.`,
  ];
}

/** @throws invalid-argument */
function assertNoMask(mask: object | undefined): void {
  if (mask === undefined) return;
  throw new LangevinError(
    'invalid-argument',
    'The task reconstruct takes no mask: every view passes through the whole slice. Leave the mask out.',
  );
}

/** Directions of the views: as listed, or so many over the turn that the rays ask for. */
export function viewsOf(
  listed: readonly number[] | undefined,
  options: RestoreOptions,
  beam: Beam,
  otherwise = DEFAULT_VIEWS,
): readonly number[] {
  if (listed !== undefined && options.angles !== undefined) {
    throw new LangevinError('invalid-argument', 'Give a number of views or a file of angles, not both.');
  }
  return listed ?? equalAngles(options.angles ?? otherwise, beam);
}
