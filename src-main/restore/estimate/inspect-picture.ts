import type { Damage } from '../../contract/damage.ts';
import { beyondUse, USEFUL } from '../../contract/damage-range.ts';
import type { PictureEstimates, Verdict } from '../../contract/inspect.ts';
import type { Picture } from '../../tensor/picture.ts';
import { earlierJpegQuality } from '../jpeg-history.ts';
import type { Rect } from '../region.ts';
import { sampledRows } from '../sampled-rows.ts';
import { estimateBlur } from './blur.ts';
import { estimateFading } from './fading.ts';
import { estimateGrain } from './grain.ts';
import { lumaTiles } from './luma-tiles.ts';
import { markedEdgeBlur } from './marked-edge.ts';
import type { Line } from './marked-line.ts';
import { estimateNoiseLaw } from './noise-law.ts';
import { resamplingTrace } from './resampling-trace.ts';

/** Weaker compression is hardly seen. */
const GOOD_QUALITY = 88;
/** On 0…255: less noise is hardly seen, and fine detail can look like a little. */
const LITTLE_NOISE = 3;
const NO_NOISE = 1.8;
/** Neighbours are alike from this grain on. */
const GRAINY = 0.55;

/** Where to look, where a person has said so. */
export interface InspectHints {
  /** Through this block runs an edge that is sharp in the scene: the blur is read from it, as a Gaussian. */
  readonly edge?: Rect | undefined;
  /** A line drawn along a streak: what a point of light was smeared to. */
  readonly streak?: Line | undefined;
}

/**
 * All that can be told of what happened to a picture from its samples (and the tables of a JPEG): noise and its law, blur,
 * earlier enlargement, fading, compression; each with how sure it is, and the chain of those that are sure.
 */
export function inspectPicture(picture: Picture, hints: InspectHints = {}): PictureEstimates {
  const rows = sampledRows(picture);
  const jpeg = jpegOf(picture, rows);
  const warnings: string[] = [];
  const noise = noiseOf(rows, jpeg.verdict === 'yes', warnings);
  const { enlarged, ...seen } = estimateBlur(lumaTiles(picture), {
    noise: noise.sigma,
    isCompressed: jpeg.verdict === 'yes' && (jpeg.quality ?? 0) < GOOD_QUALITY,
    trace: resamplingTrace(picture),
    streak: hints.streak && motionOfLine(hints.streak),
  });
  const blur = hints.edge === undefined ? seen.blur : markedEdgeBlur(picture, hints.edge, noise.sigma);
  if (blur.verdict === 'yes') {
    for (const { value, limit } of beyondUse(blurDamage(blur))) {
      warnings.push(`The blur looks ${value.toFixed(1)} pixels wide; beyond ${limit} little can be brought back.`);
    }
  }
  if (blur.verdict === 'unsure') {
    warnings.push(
      hints.edge !== undefined
        ? 'No clear edge runs through what you have marked; mark one of light against dark.'
        : hints.streak !== undefined
          ? 'The picture does not confirm that it moved along the line that you drew; the line itself is taken.'
          : 'Whether the picture is blurred, and how, cannot be told from it.',
    );
  }
  if (enlarged.verdict === 'yes') {
    warnings.push(
      `The picture looks as if it had been enlarged ${enlarged.scale}×; reduce it by that first, then restore with scale=${Math.round(enlarged.scale)}.`,
    );
  }
  const faded = estimateFading(picture);
  const fading = {
    verdict: ({ sound: 'no', unsure: 'unsure', faded: 'yes' } as const)[faded.verdict],
    ...faded.fading,
  };
  if (fading.verdict === 'unsure') {
    warnings.push(
      `Samples reach over ${faded.range} of 255 levels; whether the picture is faded or dull cannot be told.`,
    );
  }
  const isMarked = hints.edge !== undefined || hints.streak !== undefined;
  const damage = chainOf({ noise, blur, enlarged, fading, jpeg }, picture, isMarked);
  return { noise, blur, enlarged, fading, jpeg, ...(Object.keys(damage).length > 0 && { damage }), warnings };
}

/** The motion that a line along a streak shows. */
export function motionOfLine({ x0, y0, x1, y1 }: Line): { length: number; angle: number } {
  const angle = (Math.atan2(y0 - y1, x1 - x0) * 180) / Math.PI;
  return { length: Math.hypot(x1 - x0, y1 - y0), angle: ((angle % 180) + 180) % 180 };
}

function noiseOf(
  rows: Parameters<typeof estimateNoiseLaw>[0],
  isCompressed: boolean,
  warnings: string[],
): PictureEstimates['noise'] {
  const law = estimateNoiseLaw(rows);
  const grain = estimateGrain(rows);
  let verdict: Verdict = law.level >= LITTLE_NOISE ? 'yes' : law.level < NO_NOISE ? 'no' : 'unsure';
  if (law.blocks === 0 || (isCompressed && verdict === 'no')) verdict = 'unsure';
  if (law.level > USEFUL.noise) {
    warnings.push(
      `The noise looks like ${law.level.toFixed(0)} of 255; beyond ${USEFUL.noise} little of a picture can be told from it.`,
    );
  }
  return {
    verdict,
    sigma: law.level,
    dependsOnSignal: law.dependsOnSignal,
    slope: law.slope,
    constant: law.sigma,
    grain,
  };
}

function jpegOf(picture: Picture, rows: Parameters<typeof earlierJpegQuality>[0]): PictureEstimates['jpeg'] {
  const { quantization, jpeg } = picture.metadata;
  const quality = jpeg?.quality ?? (quantization === undefined ? earlierJpegQuality(rows) : undefined);
  const verdict = quantization !== undefined || quality !== undefined ? 'yes' : 'no';
  return { verdict, ...(quality !== undefined && { quality }) };
}

function chainOf(
  { noise, blur, enlarged, fading, jpeg }: Omit<PictureEstimates, 'warnings' | 'damage'>,
  { metadata }: Picture,
  isMarked: boolean,
): Damage {
  const isCompressed = jpeg.verdict === 'yes' && (jpeg.quality === undefined || jpeg.quality < GOOD_QUALITY);
  return {
    // What people have marked is a blur, whatever the rest of the picture tells.
    ...((isMarked || (blur.verdict === 'yes' && enlarged.verdict !== 'yes')) && blurDamage(blur)),
    ...(fading.verdict === 'yes' && { fading: 'auto' as const }),
    ...(noise.verdict === 'yes' && { noise: noiseDamage(noise, isCompressed) }),
    ...(isCompressed && { jpeg: metadata.quantization === undefined ? jpeg.quality : ('auto' as const) }),
  };
}

function blurDamage({ kind, sigma, radius, length, angle }: PictureEstimates['blur']): Damage {
  if (kind === 'gaussian') return { blur: Math.round(10 * sigma!) / 10 };
  if (kind === 'disk') return { blur: { kind, radius: radius! } };
  return kind === 'motion' ? { blur: { kind, length: length!, angle: angle! } } : {};
}

/** What JPEG leaves of noise shows no law. */
function noiseDamage({ dependsOnSignal, grain }: PictureEstimates['noise'], isCompressed: boolean): Damage['noise'] {
  if (isCompressed) return 'auto';
  if (grain.size >= GRAINY) return { kind: 'grain' };
  return dependsOnSignal ? { kind: 'poisson' } : 'auto';
}
