import { LangevinError } from '../../errors.ts';
import { MaskOperator } from '../../operators/mask.ts';
import { chooseSolver } from '../choose-solver.ts';
import { inpaint } from '../inpaint.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';

/** A keeps the pixels that are not painted. */
export const inpaintTask: TaskRunner<PictureRequest> = async function* ({ picture, mask, options }, network, host) {
  if (mask === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'Inpainting needs a mask: white where the picture is to be restored, the size of the picture.',
    );
  }
  const operator = new MaskOperator([network.manifest.channels, 1, 1], Uint8Array.of(1));
  const solver = chooseSolver(options, operator, 0, network, host.tuned);
  const { seed, samples, tile } = options;
  const request = { picture, mask, settings: solver, seed, samples, tile };
  const summary = yield* inpaint(request, network, host.now, host.signal);
  return { solver, ...summary, measured: {} };
};
