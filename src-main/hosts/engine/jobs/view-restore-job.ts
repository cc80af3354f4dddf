import { z } from 'zod';
import { colourHintSchema, type ResultInfo, type RunFrame, type RunStep } from '../../../contract/app/runs.ts';
import { maskPatchSchema } from '../../../contract/app/values.ts';
import { anglesSchema, type FileBytes, networkChoiceSchema, placedFileSchema } from '../../../contract/jobs.ts';
import type { FrameRect, RestoreProgress, RestoreReport } from '../../../contract/restore-events.ts';
import { enlargementOf, restoreOptionsSchema } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { assertEncodable, encodePicture } from '../../../images/encode.ts';
import { displayedSize, toStored } from '../../../images/orientation.ts';
import { restore } from '../../../restore/restore.ts';
import type { ColourHints, Companion, RestoredSample, RestoreRequest } from '../../../restore/request.ts';
import type { Picture, PictureMetadata } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { cropDisplayed, cropSamples } from './crop-picture.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { contentsOf } from '../placed-files.ts';
import { displayedFrame, displayedRect } from './display-frame.ts';
import { displayedHints } from './hint-patches.ts';
import { displayedMask, storedMask } from './mask-patch.ts';
import { leaseNetwork } from './lease-network.ts';
import { parseJob } from './parse-job.ts';
import { healedAs, pixelLayerSchema } from './pixel-layers.ts';
import { decodeOptions, readKernel, readScanInput } from './restore-input.ts';
import { isMap, plannedResult } from './restore-job.ts';
import { writeValues } from './slice-files.ts';
import { forHost } from './step-frame.ts';

export const viewRestoreSchema = z.strictObject({
  file: placedFileSchema,
  /** Where a result is to be written: a new name for each is made of it. */
  into: z.string().min(1),
  /** What has been healed of the picture, as displayed; the last on top. */
  layers: z.array(pixelLayerSchema).optional(),
  mask: maskPatchSchema.optional(),
  hints: z.array(colourHintSchema).min(1).optional(),
  kernel: placedFileSchema.optional(),
  isSinogram: z.boolean(),
  angles: anglesSchema.optional(),
  truth: placedFileSchema.optional(),
  options: restoreOptionsSchema,
  network: networkChoiceSchema,
  crop: z.strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() }).optional(),
  frames: z.boolean(),
});
export type ViewRestoreJob = z.input<typeof viewRestoreSchema>;
type ParsedJob = z.output<typeof viewRestoreSchema>;

/** A result without loss: the path of a PNG file, and of slices the values as .npy. */
export interface ViewResult {
  readonly type: 'result';
  readonly kind: ResultInfo['kind'];
  readonly sample: number;
  /** As displayed. */
  readonly width: number;
  readonly height: number;
  /** The format it would be saved in unless asked otherwise. */
  readonly format: string;
  readonly png: string;
  readonly npy?: Uint8Array;
  /** With what a PNG does not hold: blocks of the input's format, how a JPEG was coded. */
  readonly metadata: PictureMetadata;
}

export type ViewRestoreEvent =
  | { readonly type: 'step'; readonly step: RunStep }
  | { readonly type: 'notice'; readonly message: string }
  | ViewResult;

interface Prepared {
  readonly request: RestoreRequest;
  readonly notices: readonly string[];
  readonly format: string;
  /** Size and orientation of what the frames' rectangles lie in. */
  readonly placed: { readonly width: number; readonly height: number; readonly orientation: number };
  /** Where that lies in the picture as displayed. */
  readonly origin: { readonly x: number; readonly y: number };
}

/**
 * Job `view-restore`: the `restore` job for people who watch. Takes the mask as painted and a part of the picture, and
 * speaks of the picture as displayed. Frames are previews: the newest only, the next when the host is ready for it.
 */
export function viewRestoreJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, { signal, emit }): AsyncGenerator<ViewRestoreEvent, RestoreReport> {
    const job = parseJob(viewRestoreSchema, payload, 'view-restore');
    const prepared = await (job.options.task === 'reconstruct' ? prepareScan(job) : preparePicture(job));
    const { request, notices, placed, origin } = prepared;
    for (const message of notices) yield { type: 'notice', message };

    let made = 0;
    const { network, messages, release } = await leaseNetwork(networks, job.options, job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const run = restore(request, network, { now: () => performance.now(), signal, ownsPicture: true });
      for (;;) {
        const next = await run.next();
        if (next.done) return next.value;
        const event = next.value;
        if (event.type === 'notice') {
          yield event;
          continue;
        }
        if (event.type !== 'step') {
          yield await resultOf(event, prepared.format, `${job.into}-${++made}`);
          continue;
        }
        const rect = displayedRect(event.frame, placed, placed.orientation);
        const frame = { ...rect, x: rect.x + origin.x, y: rect.y + origin.y };
        if (job.frames) emit(await frameOf(event, frame, placed.orientation));
        const { type: _type, state: _state, denoised: _denoised, ...step } = event;
        yield { type: 'step', step: { ...step, frame } };
      }
    } finally {
      await release();
    }
  };
}

async function preparePicture(job: ParsedJob): Promise<Prepared> {
  const { options, crop } = job;
  const { name, bytes } = await contentsOf(job.file);
  const decoded = await decodePicture(bytes, name, { ...decodeOptions(options), damage: 'accept' });
  const whole = job.layers === undefined ? decoded : healedAs(decoded, job.layers);
  const { picture, mask, hints } = crop === undefined ? unaltered(whole, job) : cropped(whole, job, crop);
  const planned = plannedResult({ picture, options });
  const scale = enlargementOf(options);
  return {
    request: {
      picture,
      mask,
      hints: hintsFor(picture, hints),
      kernel: job.kernel && (await readKernel(await contentsOf(job.kernel))),
      options,
    },
    notices: whole.notices,
    format: formatFor(planned),
    placed: { width: planned.width, height: planned.height, orientation: picture.metadata.orientation },
    origin: { x: (crop?.x ?? 0) * scale, y: (crop?.y ?? 0) * scale },
  };
}

/** A picture as stored, with its mask. */
function unaltered(picture: DecodedPicture, { mask, hints }: ParsedJob) {
  const { width, height } = displayedSize(picture);
  const { orientation } = picture.metadata;
  return {
    picture,
    mask: mask && storedMask(mask, picture),
    hints: hints && toStored(displayedHints(hints, width, height), width, height, 4, orientation),
  };
}

/** None of them may lie in the part that is restored. */
function hintsFor({ width, height }: DecodedPicture, rgba: Uint8Array | undefined): ColourHints | undefined {
  const isPainted = rgba?.some((value, i) => i % 4 === 3 && value > 0) === true;
  return isPainted ? { width, height, rgba } : undefined;
}

/** A part of a picture as displayed, with its mask. */
function cropped(whole: DecodedPicture, { mask, hints, options }: ParsedJob, rect: FrameRect) {
  const { width, height } = displayedSize(whole);
  const picture = cropDisplayed(whole, rect);
  if (options.damage?.jpeg === 'auto' && whole.metadata.quantization && !picture.metadata.quantization) {
    throw new LangevinError(
      'unsupported-combination',
      'Of a part of this picture, the blocks of its JPEG compression are not known, because it is shown turned. Restore the whole picture.',
    );
  }
  return {
    picture,
    mask: mask && cropSamples(displayedMask(mask, width, height), width, 1, rect),
    hints: hints && cropSamples(displayedHints(hints, width, height), width, 4, rect),
  };
}

/** The input's format where it can hold the result, else PNG. */
function formatFor(planned: DecodedPicture): string {
  if (planned.format === 'gif') return 'png';
  try {
    assertEncodable(planned, { format: planned.format });
    return planned.format;
  } catch (error) {
    if (error instanceof LangevinError && error.code === 'unsupported-combination') return 'png';
    throw error;
  }
}

async function prepareScan(job: ParsedJob): Promise<Prepared> {
  const { mask, isSinogram, angles, options, crop } = job;
  const file = await contentsOf(job.file);
  const truth: FileBytes | undefined = job.truth && (await contentsOf(job.truth));
  if (crop !== undefined) {
    throw new LangevinError('invalid-argument', 'A part of a slice cannot be reconstructed by itself; leave out crop.');
  }
  const { request, notices } = await readScanInput({
    ...(isSinogram ? { sinogram: file } : { picture: file }),
    mask,
    angles,
    truth,
    options,
  });
  const { side } = request.scan;
  return {
    request,
    notices,
    format: 'npy',
    placed: { width: side, height: side, orientation: 1 },
    origin: { x: 0, y: 0 },
  };
}

async function resultOf(event: RestoredSample | Companion, format: string, path: string): Promise<ViewResult> {
  const { picture, slice } = event;
  await writeFileAtomically(path, await lossless(picture));
  return {
    type: 'result',
    ...(event.type === 'sample' ? { kind: 'sample', sample: event.sample } : { kind: event.name, sample: 0 }),
    ...displayedSize(picture),
    // A standard deviation has 16 bits and must not be compressed with loss.
    format: slice === undefined && event.type === 'companion' && isMap(event.name) ? 'png' : format,
    png: path,
    ...(slice === undefined ? {} : { npy: await writeValues(slice, 'npy') }),
    metadata: picture.metadata,
  };
}

function lossless(picture: Picture): Promise<Uint8Array> {
  return encodePicture(picture, { format: 'png' });
}

async function frameOf(event: RestoreProgress, frame: FrameRect, orientation: number): Promise<RunFrame> {
  const { state, denoised, step, sigmaNext } = await forHost(event, 'raw', lossless);
  return {
    step,
    sigma: sigmaNext,
    frame,
    state: displayedFrame(state!, orientation),
    denoised: displayedFrame(denoised!, orientation),
  };
}
