import { inspectJobSchema, type Inspection } from '../../../contract/inspect.ts';
import type { Damage } from '../../../contract/restore-options.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { earlierJpegQuality } from '../../../restore/jpeg-history.ts';
import { estimateNoise } from '../../../restore/noise-level.ts';
import { colourChannels } from '../../../restore/picture-tensor.ts';
import { sampledRows } from '../../../restore/sampled-rows.ts';
import { channelCount } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import { parseJob } from './parse-job.ts';
import { decodeOptions } from './restore-input.ts';

/** Weaker compression is hardly seen. */
const GOOD_QUALITY = 88;
/** Less noise is hardly seen. */
const LITTLE_NOISE = 3;

/** Job `inspect`: what a file and its samples tell of what happened to the picture. It needs no network. */
export function inspectJob(): JobHandler {
  // eslint-disable-next-line require-yield
  return async function* (payload): AsyncGenerator<never, Inspection> {
    const job = parseJob(inspectJobSchema, payload, 'inspect');
    const picture = await decodePicture(job.picture.bytes, job.picture.name, decodeOptions(job));
    return inspect(picture);
  };
}

function inspect(picture: DecodedPicture): Inspection {
  const { format, width, height, bitDepth, metadata, notices } = picture;
  const x = sampledRows(picture);
  const { quantization, jpeg } = metadata;
  const noise = 127.5 * estimateNoise(x);
  const earlierJpeg = format === 'jpeg' ? undefined : earlierJpegQuality(x);
  const quality = jpeg?.quality ?? earlierJpeg;
  const isCompressed = quality === undefined ? quantization !== undefined : quality < GOOD_QUALITY;
  const damage: Damage = {
    ...(noise >= LITTLE_NOISE ? { noise: 'auto' as const } : {}),
    ...(isCompressed ? { jpeg: earlierJpeg ?? ('auto' as const) } : {}),
  };
  return {
    ...{ format, width, height, bitDepth },
    hasColour: hasColour(picture),
    ...(quantization && {
      jpeg: { ...(jpeg && { quality: jpeg.quality }), chroma: chromaOf(quantization.sampling) },
    }),
    ...(earlierJpeg !== undefined && { earlierJpeg }),
    noise,
    ...(Object.keys(damage).length > 0 && { damage }),
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
