import { IdentityOperator } from '../../operators/identity.ts';
import { chooseSolver } from '../choose-solver.ts';
import { estimateNoise } from '../noise-level.ts';
import { readTensor } from '../picture-tensor.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { sampledRows } from '../sampled-rows.ts';
import { restoreWhole } from '../whole-picture.ts';
import { pictureOf } from './write-whole.ts';

/** Levels of each of several samples; one sample is the posterior mean, which takes one. */
const SAMPLING_STEPS = 20;

/** A = I: everything but the noise is right. σ_y is given on 0…255, or estimated. */
export const denoiseTask: TaskRunner<PictureRequest> = async function* ({ picture, options }, network, host) {
  const { width, height } = picture;
  const { channels } = network.manifest;
  const noise = options.noise ?? 127.5 * estimateNoise(sampledRows(picture, channels));
  const sigmaY = (2 * noise) / 255;
  const operator = new IdentityOperator([channels, 1, 1]);
  const steps = options.steps ?? (options.samples > 1 && options.solver === undefined ? SAMPLING_STEPS : undefined);
  const settings = chooseSolver({ ...options, steps }, operator, sigmaY, network, host.tuned);
  const { seed, samples, tile } = options;
  const run = restoreWhole(
    {
      ...{ width, height, settings, seed, samples, tile },
      measure: (frame) => ({
        operator: new IdentityOperator([channels, frame.height, frame.width]),
        y: readTensor(picture, undefined, frame, 1, channels).x,
        sigmaY,
      }),
    },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const measured = { noise, ...(options.noise === undefined ? { noiseEstimated: 1 } : {}) };
      return { solver: settings, ...next.value, paintedPixels: width * height, measured };
    }
    const event = next.value;
    if (event.type === 'step') yield event;
    else yield { type: 'sample', sample: event.sample, picture: pictureOf(event.x, picture) };
  }
};
