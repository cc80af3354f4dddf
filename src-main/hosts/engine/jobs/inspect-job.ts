import { inspectJobSchema, type BlurMarks, type Inspection } from '../../../contract/inspect.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { inspectPicture } from '../../../restore/estimate/inspect-picture.ts';
import { colourChannels } from '../../../restore/picture-tensor.ts';
import { channelCount } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import { storedMarks } from './blur-marks.ts';
import { parseJob } from './parse-job.ts';
import { decodeOptions } from './restore-input.ts';

/** Job `inspect`: what a file and its samples tell of what happened to the picture. It needs no network. */
export function inspectJob(): JobHandler {
  // eslint-disable-next-line require-yield
  return async function* (payload): AsyncGenerator<never, Inspection> {
    const job = parseJob(inspectJobSchema, payload, 'inspect');
    const picture = await decodePicture(job.picture.bytes, job.picture.name, decodeOptions(job));
    return inspect(picture, job.marks);
  };
}

/**
 * What a decoded picture tells of what happened to it.
 * @throws invalid-argument for marks that leave it, or are of nothing.
 */
export function inspect(picture: DecodedPicture, marks?: BlurMarks): Inspection {
  const { format, width, height, bitDepth, metadata, notices } = picture;
  const { quantization, jpeg } = metadata;
  const estimates = inspectPicture(picture, marks && storedMarks(marks, picture));
  const earlierJpeg = format === 'jpeg' ? undefined : estimates.jpeg.quality;
  return {
    ...{ format, width, height, bitDepth },
    hasColour: hasColour(picture),
    ...(quantization && {
      jpeg: { ...(jpeg && { quality: jpeg.quality }), chroma: chromaOf(quantization.sampling) },
    }),
    ...(earlierJpeg !== undefined && { earlierJpeg }),
    noise: estimates.noise.sigma,
    estimates,
    ...(estimates.damage && { damage: estimates.damage }),
    notices,
  };
}

function hasColour(picture: DecodedPicture): boolean {
  if (colourChannels(picture) === 1) return false;
  const { data } = picture;
  const stride = channelCount(picture.mode);
  for (let i = 0; i < data.length; i += stride) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true;
  }
  return false;
}

/** As people write it: 4:2:0 and the like. */
function chromaOf([across, down]: readonly [number, number]): string {
  return `4:${4 / across}:${down === 1 ? 4 / across : 0}`;
}
