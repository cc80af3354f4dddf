import type { z } from 'zod';
import type { FileBytes, restoreJobSchema } from '../../../contract/jobs.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { decodeMask } from '../../../images/mask.ts';
import { decodePicture, type DecodedPicture, type DecodeOptions } from '../../../images/decode.ts';
import { colourChannels, readTensor } from '../../../restore/picture-tensor.ts';
import type { KernelWeights, PictureRequest, ScanRequest } from '../../../restore/request.ts';
import { equalAngles, scanSlice } from '../../../restore/scanner.ts';
import { contentsOf } from '../placed-files.ts';
import { readSinogram, readSlice } from './slice-files.ts';

type RestoreJob = z.output<typeof restoreJobSchema>;

/** Views of a slice that is scanned here, where neither --angles nor an angles file says. */
const DEFAULT_VIEWS = 23;

/** A decoded picture task. */
export interface PictureInput extends PictureRequest {
  readonly picture: DecodedPicture;
}

/** @throws what decoding throws; invalid-argument where a file is missing. */
export async function readPictureInput(
  job: Pick<RestoreJob, 'picture' | 'mask' | 'kernel' | 'options'>,
): Promise<PictureInput> {
  if (job.picture === undefined) {
    throw new LangevinError('invalid-argument', `The task ${job.options.task} needs a picture.`);
  }
  const { bytes, name } = await contentsOf(job.picture);
  const picture = await decodePicture(bytes, name, decodeOptions(job.options));
  return {
    picture,
    mask: job.mask && (await decodeMask(job.mask.bytes, job.mask.name, picture, job.options.damage?.softMask === true)),
    kernel: job.kernel && (await readKernel(job.kernel)),
    options: job.options,
  };
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
  if (sinogram !== undefined) {
    const { notices, ...scan } = await readSinogram(
      await contentsOf(sinogram),
      (rows) => viewsOf(job.angles, options, rows),
      noise,
    );
    const slice = truth && (await readSlice(truth, options.slice));
    return {
      request: { scan, truth: slice, options },
      notices: [...notices, ...angleNotices(scan.angles), ...(slice?.notices ?? [])],
    };
  }
  const slice = await readSlice(await contentsOf(picture!), options.slice);
  const angles = viewsOf(job.angles, options, DEFAULT_VIEWS);
  const scan = scanSlice(slice, angles, noise, options.seed);
  return { request: { scan, truth: slice, options }, notices: [...slice.notices, ...angleNotices(angles)] };
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

/** Directions of the views: as listed, or so many over 180°. */
export function viewsOf(
  listed: readonly number[] | undefined,
  options: RestoreOptions,
  otherwise = DEFAULT_VIEWS,
): readonly number[] {
  if (listed !== undefined && options.angles !== undefined) {
    throw new LangevinError('invalid-argument', 'Give a number of views or a file of angles, not both.');
  }
  return listed ?? equalAngles(options.angles ?? otherwise);
}
