import { LangevinError } from '../../errors.ts';
import { createDownsample } from '../../operators/downsample.ts';
import { chooseSolver } from '../choose-solver.ts';
import { enlargedAlpha } from '../bicubic-enlargement.ts';
import { readTensor } from '../picture-tensor.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';
import { pictureOf } from './write-whole.ts';

/**
 * A reduces a picture of s·width × s·height by anti-aliased bicubic averaging. Alpha is enlarged bilinearly; metadata
 * stay as they are, so EXIF tags that state the size in pixels (PixelXDimension and the like) tell the old one.
 */
export const superResolveTask: TaskRunner<PictureRequest> = async function* ({ picture, options }, network, host) {
  const { scale } = options;
  if (scale === undefined) {
    throw new LangevinError('invalid-argument', 'Super-resolution needs the enlargement: --scale 2, 3 or 4.');
  }
  const { channels } = network.manifest;
  const width = picture.width * scale;
  const height = picture.height * scale;
  const sigmaY = (2 * (options.noise ?? 0)) / 255;
  const probe = createDownsample([channels, 4 * scale, 4 * scale], scale, 'bicubic');
  const settings = chooseSolver(options, probe, sigmaY, network, host.tuned);
  const alpha = enlargedAlpha(picture, scale);
  const { seed, samples, tile } = options;
  const run = restoreWhole(
    {
      ...{ width, height, settings, seed, samples, tile },
      alignment: scale,
      reach: 4 * scale,
      measure: (frame) => {
        const { x, y, width: w, height: h } = frame;
        const small = { x: x / scale, y: y / scale, width: w / scale, height: h / scale };
        return {
          operator: createDownsample([channels, h, w], scale, 'bicubic'),
          y: readTensor(picture, undefined, small, 1, channels).x,
          sigmaY,
        };
      },
    },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) return { solver: settings, ...next.value, paintedPixels: width * height, measured: {} };
    const event = next.value;
    if (event.type === 'step') yield event;
    else yield { type: 'sample', sample: event.sample, picture: pictureOf(event.x, picture, alpha) };
  }
};
