import { beyondUse, type BeyondUse } from '../../contract/damage-range.ts';
import { LangevinError } from '../../errors.ts';
import { BLOCK } from '../../operators/block-dct.ts';
import { JpegOperator } from '../../operators/jpeg.ts';
import { channelCount, type Picture, type PictureMode } from '../../tensor/picture.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { enlargedAlpha } from '../bicubic-enlargement.ts';
import { resolveChain, type Chain } from '../chain/chain.ts';
import { evidenceOf } from '../chain/evidence.ts';
import { measureChain, type Evidence } from '../chain/measure-chain.ts';
import { chooseSolver } from '../choose-solver.ts';
import { colourChannels, readTensor } from '../picture-tensor.ts';
import type { Rect } from '../region.ts';
import type { PictureRequest, TaskRunner } from '../request.ts';
import { restoreWhole } from '../whole-picture.ts';
import { pictureOf } from './write-whole.ts';

/** How far from the border of a quantisation cell to end, on [−1, 1]: rounding to 8 bits must not leave it. */
const CELL_MARGIN = 1 / 127.5;
/** Clipping to the range of a picture and the cells of its coefficients disagree a little; so often are both applied. */
const PROJECTIONS = 3;

/**
 * Several damages at once, as one measurement: y = M(J(F(L(S(B x))) + n)), a blur, a reduction, the loss of colour, fading,
 * noise and JPEG in the order in which they happen, under a mask of what is missing besides. Missing pixels are filled
 * first, and the fill is evidence of its own expected error, as in inpainting.
 */
export const compoundTask: TaskRunner<PictureRequest> = async function* (request, network, host) {
  const { picture, options } = request;
  const { damage = {}, seed, samples, tile } = options;
  const evidence = yield* evidenceOf(request, host);
  const { softMask: _masked, ...parts } = damage;
  if (Object.keys(parts).length === 0 && evidence.error === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'What is wrong with the picture? Name its damages, such as --damage "blur=1.2,noise=auto,scale=2,grey,jpeg=auto", or give a mask.',
    );
  }
  const chain = resolveChain(damage, request, evidence.known, network.manifest.channels);
  const { scale, noise } = chain;
  for (const beyond of beyondUse({ ...damage, noise: noise.sigma })) {
    yield { type: 'notice', message: warningOf(beyond) };
  }
  const [width, height] = [picture.width * scale, picture.height * scale];
  const block = chain.quantization === undefined ? 1 : BLOCK * Math.max(...chain.quantization.sampling);
  const kernel = chain.blur === undefined ? 0 : Math.max(chain.blur.width, chain.blur.height);
  const measure = (frame: Rect) => measureChain(chain, evidence, frame);
  const sample = { x: 0, y: 0, width: Math.min(width, 8 * scale * block), height: Math.min(height, 8 * scale * block) };
  const probe = measure(sample);
  const settings = chooseSolver(options, probe.operator, probe.sigmaY, network, host.tuned);
  const alpha = scale > 1 ? enlargedAlpha(picture, scale) : alphaOf(picture);
  const like = { ...picture, mode: modeOf(picture, chain.grey) };
  const run = restoreWhole(
    { width, height, settings, seed, samples, tile, alignment: scale * block, reach: kernel + scale * block, measure },
    network,
    host,
  );
  for (;;) {
    const next = await run.next();
    if (next.done) {
      return { solver: settings, ...next.value, paintedPixels: width * height, measured: measuredOf(chain, damage) };
    }
    const event = next.value;
    if (event.type === 'step') yield event;
    else
      yield {
        type: 'sample',
        sample: event.sample,
        picture: pictureOf(explained(event.x, chain, evidence), like, alpha),
      };
  }
};

function warningOf({ part, value, limit }: BeyondUse): string {
  switch (part) {
    case 'noise':
      return `The noise is taken as ${value.toFixed(0)} of 255; beyond ${limit} little of a picture can be told from it.`;
    case 'blur':
      return `The blur is taken as ${value} pixels; beyond ${limit} little can be brought back.`;
    case 'jpeg':
      return `The JPEG quality is taken as ${value}; below ${limit} little can be brought back.`;
  }
}

/** The values of the chain that a report has: those given, and those estimated. */
function measuredOf({ noise, fading }: Chain, damage: PictureRequest['options']['damage']): Record<string, number> {
  const isEstimated =
    damage?.noise === 'auto' || (typeof damage?.noise === 'object' && damage.noise.sigma === undefined);
  const shape =
    noise.kind === 'poisson' ? { noiseSlope: noise.slope } : noise.kind === 'grain' ? { grainSize: noise.size } : {};
  const faded = fading && {
    fadingGain: mean(fading.gains),
    fadingOffset: mean(fading.offsets.map((offset, c) => 127.5 * (offset + 1 - fading.gains[c]))),
  };
  return { noise: noise.sigma, ...shape, ...(isEstimated ? { noiseEstimated: 1 } : {}), ...faded };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** x0, within the cells of the coefficients of the JPEG where that is all that happened to it. */
function explained(x: Tensor, chain: Chain, { known, error }: Evidence): Tensor {
  const { quantization, blur, scale, grey, fading, noise, channels } = chain;
  const isOther = blur !== undefined || scale > 1 || grey || fading !== undefined;
  if (quantization === undefined || isOther || noise.kind !== 'white' || noise.sigma > 0) return x;
  const { width, height } = known;
  const coded = new JpegOperator([channels, height, width], quantization, { error });
  const y = coded.measure(readTensor(known, undefined, { x: 0, y: 0, width, height }, 1, channels).x);
  let out = x;
  for (let i = 0; i < PROJECTIONS; i++) {
    out = coded.project(out, y, CELL_MARGIN);
    out = { shape: out.shape, data: out.data.map((value) => Math.min(1, Math.max(-1, value))) };
  }
  return out;
}

/** Colour where colours are restored. */
function modeOf({ mode }: Picture, grey: boolean): PictureMode {
  if (!grey) return mode;
  return mode === 'gray-alpha' || mode === 'rgb-alpha' ? 'rgb-alpha' : 'rgb';
}

function alphaOf(picture: Picture): ArrayLike<number> | undefined {
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  if (stride === colours) return undefined;
  return Float32Array.from({ length: picture.width * picture.height }, (_, i) => picture.data[i * stride + colours]);
}
