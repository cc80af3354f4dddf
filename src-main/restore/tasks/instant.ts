import { LangevinError } from '../../errors.ts';
import { fillPicture, paintFill } from '../fill-picture.ts';
import type { PictureRequest, RestoreEvent, RestoreHost, TaskSummary } from '../request.ts';

/** Inpainting by the fill alone, without a network: the preset `instant`. Further samples have seeds of their own. */
export async function* instantTask(
  { picture, mask, options }: PictureRequest,
  { signal, ownsPicture }: RestoreHost,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  if (mask === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'Inpainting needs a mask: white where the picture is to be restored, the size of the picture.',
    );
  }
  const said = new Set<string>();
  let windows = 0;
  for (let sample = 0; sample < options.samples; sample++) {
    const request = { picture, mask, seed: options.seed + sample };
    const fill = await fillPicture(request, { signal });
    windows = fill.windows.length;
    for (const { message } of fill.notices) {
      if (!said.has(message)) yield { type: 'notice', message };
      said.add(message);
    }
    yield { type: 'sample', sample, picture: paintFill(request, fill, ownsPicture === true && options.samples === 1) };
  }
  const paintedPixels = mask.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  return { windows, paintedPixels, nfe: 0, vjps: 0, measured: {} };
}
