import { LangevinError } from '../../errors.ts';
import { MaskOperator } from '../../operators/mask.ts';
import { chooseSolver } from '../choose-solver.ts';
import { inpaint, WIDE_SIGMA } from '../inpaint.ts';
import { countPainted, planInpainting } from '../plan-inpainting.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { isScattered } from '../scattered.ts';
import { tunedFor } from '../tuned.ts';

/** A keeps the pixels that are not painted; `noise` is that of their values, which stay as they are all the same. */
export const inpaintTask: TaskRunner<PictureRequest> = async function* (
  { picture, mask, given, options },
  network,
  host,
) {
  if (mask === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'Inpainting needs a mask: white where the picture is to be restored, the size of the picture.',
    );
  }
  const operator = new MaskOperator([network.manifest.channels, 1, 1], Uint8Array.of(1));
  const sigmaY = (2 * (options.noise ?? 0)) / 255;
  const { width, height } = picture;
  const paintedPixels = countPainted(mask, picture);
  const tuned = host.tuned ?? tunedFor(options, { isScattered: isScattered(mask, width, height) });
  const solver = chooseSolver(options, operator, sigmaY, network, tuned);
  const scales = planInpainting(mask, width, height, network.manifest.stride, solver.sigmaMax);
  const { seed, samples, tile } = options;
  const wideSigma = Math.min(options.sigmaMax ?? WIDE_SIGMA, network.manifest.sigmaMax);
  const { ownsPicture } = host;
  const settings = { settings: solver, scales, paintedPixels, wideSigma, seed, samples, tile };
  const request = { picture, mask, given, sigmaY, ...settings, ownsPicture };
  const summary = yield* inpaint(request, network, host.now, host.signal);
  return { solver, ...summary, measured: {} };
};
