import { LumaOperator, REC601 } from '../../operators/luma.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { LangevinError } from '../../errors.ts';
import { chooseSolver } from '../choose-solver.ts';
import { hintedMeasurement, optionsForHints } from '../colour-hints.ts';
import { colourChannels, maxSample, readTensor } from '../picture-tensor.ts';
import { enlarge } from '../../fill/reduce.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';

/** Colours vary slowly: they are sampled with the picture's longest side reduced to at most this, pixels. */
const LONGEST_SIDE = 320;

/**
 * A is the luma (Rec. 601) of a reduced picture; its colours are enlarged and laid under the luma of the picture
 * itself, which stays: where a colour lies outside of the gamut its saturation is reduced, never its luma clipped.
 * A picture that has colours already loses them for new ones. Colours that were painted are measured besides (colour-hints.ts).
 */
export const colorizeTask: TaskRunner<PictureRequest> = async function* ({ picture, hints, options }, network, host) {
  if (network.manifest.channels !== 3) {
    throw new LangevinError(
      'unsupported-combination',
      `The model ${network.manifest.name} knows no colours; choose a colour model such as photo.`,
    );
  }
  const factor = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / LONGEST_SIDE));
  const everything = { x: 0, y: 0, width: picture.width, height: picture.height };
  const reduced = readTensor(picture, undefined, everything, factor, 3).x;
  const [, , height, width] = reduced.shape;
  const operator = new LumaOperator([3, height, width]);
  const luma = operator.apply(reduced);
  const measurement =
    hints === undefined
      ? { operator, y: luma, sigmaY: (2 * (options.noise ?? 0)) / 255 }
      : hintedMeasurement(luma, hints, factor);
  const asked = hints === undefined ? options : optionsForHints(options, network);
  const settings = chooseSolver(asked, measurement.operator, measurement.sigmaY, network, host.tuned);
  const { seed, samples, tile } = options;
  const measure = () => measurement;
  const run = restoreWhole({ width, height, settings, seed, samples, tile, measure }, network, host);
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const paintedPixels = picture.width * picture.height;
      return { solver: settings, ...next.value, paintedPixels, measured: { reduction: factor } };
    }
    const event = next.value;
    if (event.type === 'step') yield { ...event, factor, frame: everything };
    else {
      const chroma = enlarge(withoutLuma(event.x), { x: 0, y: 0 }, factor, everything);
      yield { type: 'sample', sample: event.sample, picture: joinChroma(picture, chroma) };
    }
  }
};

/** x − luma(x) in every channel: what Rec. 601 does not see. */
function withoutLuma(x: Tensor): Tensor {
  const plane = x.shape[2] * x.shape[3];
  const data = x.data.slice();
  for (let i = 0; i < plane; i++) {
    const luma = REC601.reduce((sum, weight, c) => sum + weight * x.data[c * plane + i], 0);
    for (let c = 0; c < 3; c++) data[c * plane + i] -= luma;
  }
  return { shape: x.shape, data };
}

/**
 * The picture in RGB with its own luma and alpha, and the colours of `chroma`.
 * @param chroma  [1, 3, height, width] of luma 0, on the range [−1, 1].
 */
export function joinChroma(picture: Picture, chroma: Tensor): Picture {
  const from = channelCount(picture.mode);
  const colours = colourChannels(picture);
  const to = from === colours ? 3 : 4;
  const top = maxSample(picture);
  const plane = picture.width * picture.height;
  const data = picture.bitDepth === 8 ? new Uint8Array(plane * to) : new Uint16Array(plane * to);
  const colour = [0, 0, 0];
  for (let i = 0; i < plane; i++) {
    const at = i * from;
    const luma =
      colours === 1 ? picture.data[at] : REC601.reduce((sum, weight, c) => sum + weight * picture.data[at + c], 0);
    let saturation = 1;
    for (let c = 0; c < 3; c++) {
      colour[c] = chroma.data[c * plane + i] * (top / 2);
      const room = colour[c] > 0 ? top - luma : luma;
      if (Math.abs(colour[c]) > room) saturation = Math.min(saturation, room / Math.abs(colour[c]));
    }
    for (let c = 0; c < 3; c++) data[i * to + c] = Math.round(luma + saturation * colour[c]);
    if (to === 4) data[i * to + 3] = picture.data[at + colours];
  }
  return { ...picture, mode: to === 3 ? 'rgb' : 'rgb-alpha', data };
}
