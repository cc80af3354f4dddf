import { LangevinError } from '../../errors.ts';
import { createDownsample } from '../../operators/downsample.ts';
import { chooseSolver } from '../choose-solver.ts';
import { enlargedAlpha, enlargeTensor } from '../bicubic-enlargement.ts';
import { codingNoise } from '../coding-noise.ts';
import { readTensor } from '../picture-tensor.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';
import { tunedFor } from '../tuned.ts';
import { pictureOf } from './write-whole.ts';

/**
 * A reduces a picture of s·width × s·height by anti-aliased bicubic averaging. Of a JPEG, what coding with its own tables has taken
 * is noise of the measurement: its blocks and fringes are not enlarged. Alpha is enlarged bilinearly; metadata stay as they are, so
 * EXIF tags that state the size in pixels (PixelXDimension and the like) tell the old one.
 */
export const superResolveTask: TaskRunner<PictureRequest> = async function* ({ picture, options }, network, host) {
  const { scale } = options;
  if (scale === undefined) {
    throw new LangevinError('invalid-argument', 'Super-resolution needs the enlargement: --scale 2, 3 or 4.');
  }
  const { channels } = network.manifest;
  const width = picture.width * scale;
  const height = picture.height * scale;
  const { quantization } = picture.metadata;
  const coding = quantization === undefined ? 0 : codingNoise(quantization);
  const sigmaY = Math.hypot((2 * (options.noise ?? 0)) / 255, coding);
  const probe = createDownsample([channels, 4 * scale, 4 * scale], scale, 'bicubic');
  // Which solver is best depends on whether there is noise, of whatever kind.
  const tuned = host.tuned ?? tunedFor({ ...options, noise: 127.5 * sigmaY });
  const settings = chooseSolver(options, probe, sigmaY, network, tuned);
  const alpha = enlargedAlpha(picture, scale);
  // What walks from noise begins from noise.
  const begins = settings.solver === 'dpir';
  const measured = coding > 0 ? { codingNoise: 127.5 * coding } : {};
  const { seed, samples, tile } = options;
  const run = restoreWhole(
    {
      ...{ width, height, settings, seed, samples, tile },
      alignment: scale,
      reach: 4 * scale,
      measure: (frame) => {
        const { x, y, width: w, height: h } = frame;
        const small = { x: x / scale, y: y / scale, width: w / scale, height: h / scale };
        const seen = readTensor(picture, undefined, small, 1, channels).x;
        return {
          operator: createDownsample([channels, h, w], scale, 'bicubic'),
          y: seen,
          sigmaY,
          ...(begins ? { initial: enlargeTensor(seen, scale) } : {}),
        };
      },
    },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) return { solver: settings, ...next.value, paintedPixels: width * height, measured };
    const event = next.value;
    if (event.type === 'step') yield event;
    else yield { type: 'sample', sample: event.sample, picture: pictureOf(event.x, picture, alpha) };
  }
};
