import type { z } from 'zod';
import {
  likelihoodJobSchema,
  type CropBits,
  type LikelihoodEvent,
  type LikelihoodProgress,
  type LikelihoodReport,
} from '../../../contract/likelihood-job.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { heatMap } from '../../../images/heat-map.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { tiledNetwork } from '../../../prior/tiled.ts';
import { planCrops } from '../../../restore/crops.ts';
import { levelNotices, readLevels } from '../../../restore/levels.ts';
import { meanWithError, measureBits, type MeasuredBits } from '../../../sampling/measure-bits.ts';
import type { Picture } from '../../../tensor/picture.ts';
import { assertKnownLevels } from '../../../restore/settings.ts';
import type { JobContext, JobHandler } from '../job-registry.ts';
import { contentsOf } from '../placed-files.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

type Job = z.output<typeof likelihoodJobSchema>;

/**
 * Job `likelihood`: bits per dimension of one picture, on crops where it is large, and a heat map of its patches. A
 * finished crop is an event, progress within it a preview.
 */
export function likelihoodJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, context): AsyncGenerator<LikelihoodEvent, LikelihoodReport> {
    const job = parseJob(likelihoodJobSchema, payload, 'likelihood');
    const { bytes, name } = await contentsOf(job.picture);
    const picture = await decodePicture(bytes, name);
    const { network, messages, release } = await networks.lease(job.network);
    try {
      assertKnownLevels(job.options, network.manifest);
      const notices = [...messages, ...levelNotices(picture, network.manifest.channels)];
      for (const message of notices) yield { type: 'notice', message };
      return yield* measure(picture, job, tiledNetwork(network), context);
    } finally {
      await release();
    }
  };
}

async function* measure(
  picture: Picture,
  { options, map }: Job,
  network: ScoreNetwork,
  { signal, emit }: JobContext,
): AsyncGenerator<LikelihoodEvent, LikelihoodReport> {
  const { crop: side, crops: placement, ...settings } = options;
  const { channels, sigmaMin, sigmaMax } = network.manifest;
  const rects = planCrops(picture.width, picture.height, map ? 'cover' : placement, side);
  const start = performance.now();
  const crops: CropBits[] = [];
  const measured: MeasuredBits[] = [];
  for (const [index, rect] of rects.entries()) {
    const result = await measureBits(
      network,
      readLevels(picture, rect, channels),
      [channels, rect.height, rect.width],
      {
        ...settings,
        index,
        signal,
        onProgress: (part) => {
          const fraction = (index + part) / rects.length;
          const etaMs = ((performance.now() - start) * (1 - fraction)) / fraction;
          emit({ type: 'progress', fraction, etaMs, crop: index, crops: rects.length } satisfies LikelihoodProgress);
        },
      },
    );
    const { mean, standardError } = meanWithError(result.estimates);
    const bits = { ...rect, bitsPerDimension: mean, ...(standardError === undefined ? {} : { standardError }) };
    measured.push(result);
    crops.push(bits);
    yield { type: 'crop', index, count: rects.length, ...bits };
  }
  if (map) {
    const patches = crops.map(({ bitsPerDimension, ...rect }) => ({ ...rect, value: bitsPerDimension }));
    const { picture: painted, low, high } = heatMap(patches, picture.width, picture.height);
    // The map is turned as the picture is.
    const oriented = { ...painted, metadata: { orientation: picture.metadata.orientation } };
    yield { type: 'map', bytes: await encodePicture(oriented, { format: 'png' }), low, high };
  }
  // The repeats are independent of one another, and so are the means of the crops in each of them.
  const perRepeat = Array.from({ length: options.repeats }, (_, repeat) =>
    measured.reduce((sum, { estimates }) => sum + estimates[repeat] / measured.length, 0),
  );
  const { mean, standardError } = meanWithError(perRepeat);
  const trips = measured.flatMap(({ roundTrip }) => (roundTrip === undefined ? [] : [roundTrip]));
  return {
    model: network.manifest.name,
    provider: network.provider,
    bitsPerDimension: mean,
    ...(standardError === undefined ? {} : { standardError }),
    whole: rects.length === 1 && rects[0].width === picture.width && rects[0].height === picture.height,
    crops,
    settings: { sigmaMin, sigmaMax, ...withoutUndefined(settings) },
    ...(trips.length === 0
      ? {}
      : {
          roundTrip: { rms: Math.max(...trips.map(({ rms }) => rms)), max: Math.max(...trips.map(({ max }) => max)) },
        }),
    nfe: measured.reduce((sum, { nfe }) => sum + nfe, 0),
    vjps: measured.reduce((sum, { vjps }) => sum + vjps, 0),
    seconds: (performance.now() - start) / 1000,
  };
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
