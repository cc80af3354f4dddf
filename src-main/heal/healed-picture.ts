import { LangevinError } from '../errors.ts';
import { colourChannels } from '../restore/picture-tensor.ts';
import type { Rect } from '../restore/region.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { blocksOf, forRuns, type Spans } from './spans.ts';

export type Samples = Uint8Array | Uint16Array;

/** New colours of some pixels, laid over a picture. */
export interface PixelLayer {
  /** Names the stroke as it was healed; the same name always stands for the same spans. */
  readonly id: string;
  readonly spans: Spans;
  /** Colour samples of the pixels in the order of the spans: 1 (grey) or 3 each, no alpha. */
  readonly samples: Samples;
  /** 0…1. */
  readonly opacity: number;
}

/** A part of a picture. */
export interface Part {
  readonly rect: Rect;
  /** The size of `rect`. */
  readonly picture: Picture;
}

/**
 * A picture with what was healed on it as layers, the last on top. The original's samples are never changed, so that a
 * layer can be taken off, exchanged or faded at any time; what no layer covers, and alpha, is the original to the bit.
 */
export class HealedPicture {
  readonly original: Picture;
  #layers: readonly PixelLayer[] = [];

  constructor(original: Picture) {
    this.original = original;
  }

  get layers(): readonly PixelLayer[] {
    return this.#layers;
  }

  /** Memory of samples, bytes. */
  get bytes(): number {
    return this.#layers.reduce((sum, { samples }) => sum + samples.byteLength, this.original.data.byteLength);
  }

  /**
   * Replaces the layers.
   * @returns blocks that hold all pixels that may have changed.
   * @throws mask-size when a layer leaves the picture or its samples are not of the picture's kind.
   */
  setLayers(layers: readonly PixelLayer[]): Rect[] {
    for (const layer of layers) this.#assertFits(layer);
    const before = this.#layers;
    this.#layers = layers;
    const isSame = (a: PixelLayer | undefined, b: PixelLayer): boolean =>
      a !== undefined && a.id === b.id && a.samples === b.samples && a.opacity === b.opacity;
    // What both lists begin with shows as it did.
    let same = 0;
    while (same < before.length && same < layers.length && isSame(before[same], layers[same])) same++;
    const [gone, come] = [before.slice(same), layers.slice(same)];
    // Below it everything is as it was: of the rest, layers in the same order with the same contents changed nothing
    // by themselves, only where a changed one lies over or under them.
    const kept = come.filter((layer) => gone.some((other) => isSame(other, layer)));
    const stayed = gone.filter((layer) => kept.some((other) => other.id === layer.id));
    const isOrdered = stayed.every((layer, i) => layer.id === kept[i].id);
    const changed = isOrdered
      ? [...gone.filter((layer) => !stayed.includes(layer)), ...come.filter((layer) => !kept.includes(layer))]
      : [...gone, ...come];
    return blocksOf(changed.map(({ spans }) => spans));
  }

  /** A part as healed. @param except  a layer to leave out: what lies under and beside it. */
  part(rect: Rect, except?: string): Part {
    const { original } = this;
    const channels = channelCount(original.mode);
    const data = original.data.slice(0, rect.width * rect.height * channels);
    for (let row = 0; row < rect.height; row++) {
      const from = ((rect.y + row) * original.width + rect.x) * channels;
      data.set(original.data.subarray(from, from + rect.width * channels), row * rect.width * channels);
    }
    return {
      rect,
      picture: this.#layOver({ ...original, width: rect.width, height: rect.height, data }, rect, except),
    };
  }

  /** The whole picture as healed. */
  whole(): Picture {
    const { original } = this;
    const { width, height } = original;
    return this.#layOver({ ...original, data: original.data.slice() }, { x: 0, y: 0, width, height }, undefined);
  }

  #layOver(picture: Picture, rect: Rect, except: string | undefined): Picture {
    for (const layer of this.#layers) if (layer.id !== except) layOver(picture, rect, layer);
    return picture;
  }

  #assertFits({ spans, samples }: PixelLayer): void {
    const { width, height, data } = this.original;
    const { rect, count } = spans;
    const isInside = rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= width && rect.y + rect.height <= height;
    const isFitting = samples.length === count * colourChannels(this.original);
    if (isInside && isFitting && samples.BYTES_PER_ELEMENT === data.BYTES_PER_ELEMENT) return;
    throw new LangevinError(
      'mask-size',
      `A stroke of ${count} pixels, ${rect.width} × ${rect.height} at (${rect.x}, ${rect.y}), with ${samples.length} ` +
        `samples does not fit the picture of ${width} × ${height} pixels; heal the place again.`,
    );
  }
}

/** Lays a layer over the samples of a part. Alpha stays. */
function layOver({ data, mode }: Picture, rect: Rect, { spans, samples, opacity }: PixelLayer): void {
  const channels = channelCount(mode);
  const colours = channels > 2 ? 3 : 1;
  forRuns(spans, rect, (y, x, length, before) => {
    let to = ((y - rect.y) * rect.width + x - rect.x) * channels;
    let from = before * colours;
    for (let i = 0; i < length; i++, to += channels, from += colours) {
      for (let c = 0; c < colours; c++) {
        const under = data[to + c];
        data[to + c] = opacity === 1 ? samples[from + c] : Math.round(under + (samples[from + c] - under) * opacity);
      }
    }
  });
}

/** The colour samples of a part's pixels in the order of the spans, which must all lie in it. */
export function samplesAt(part: Part, spans: Spans): Samples {
  const length = spans.count * colourChannels(part.picture);
  const samples = part.picture.bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  writeSamplesAt(part, spans, part.rect, samples);
  return samples;
}

/** Copies the colours of the spans' pixels in `within`, which lies in the part, to their places in `samples`. */
export function writeSamplesAt({ rect, picture }: Part, spans: Spans, within: Rect, samples: Samples): void {
  forColours({ rect, picture }, spans, within, (from, to) => (samples[to] = picture.data[from]));
}

/** The other way round: colours from `samples` into the part. */
export function readSamplesAt({ rect, picture }: Part, spans: Spans, within: Rect, samples: Samples): void {
  forColours({ rect, picture }, spans, within, (to, from) => (picture.data[to] = samples[from]));
}

/** Pairs of places, in the part's data and in the spans' samples, of every colour of the pixels in `within`. */
function forColours(
  { rect, picture }: Part,
  spans: Spans,
  within: Rect,
  visit: (inPart: number, inSamples: number) => void,
): void {
  const channels = channelCount(picture.mode);
  const colours = colourChannels(picture);
  forRuns(spans, within, (y, x, length, before) => {
    let inPart = ((y - rect.y) * rect.width + x - rect.x) * channels;
    let inSamples = before * colours;
    for (let i = 0; i < length; i++, inPart += channels, inSamples += colours) {
      for (let c = 0; c < colours; c++) visit(inPart + c, inSamples + c);
    }
  });
}
