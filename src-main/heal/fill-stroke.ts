import { LangevinError } from '../errors.ts';
import { fillPicture, paintFill, type FillNotice } from '../restore/fill-picture.ts';
import type { Rect } from '../restore/region.ts';
import { samplesAt, type HealedPicture, type Samples } from './healed-picture.ts';
import { markSpans, type Spans } from './spans.ts';

/** Picture round a stroke that its fill may copy from, pixels: at least, at most, and for each pixel of its width. */
const CONTEXT = { least: 64, most: 512, perWidth: 1.75 };

/** How a stroke is filled without a network. */
export interface FillRecipe {
  /** `copied`: from `offset` away; `sampled`: as `auto`, until the network's pixels are there. */
  readonly fill: 'auto' | 'smooth' | 'exemplar' | 'copied' | 'sampled';
  readonly seed: number;
  /** auto, exemplar: patches come from here, a part of the picture; absent: from wherever they fit. */
  readonly source?: Rect | undefined;
  /** copied: from a pixel of the stroke to the one that it is copied from. */
  readonly offset?: { readonly x: number; readonly y: number } | undefined;
}

export interface FilledStroke {
  /** Colour samples in the order of the spans. */
  readonly samples: Samples;
  /** Why the fill is not what was asked for; absent when it is. */
  readonly notice?: FillNotice['code'];
}

/**
 * Fills a stroke from what lies around it on the healed picture, without a network.
 * @param id  layer that the stroke replaces; it is not looked at.
 * @param avoid  pixels that are damaged too: neither shown to the fill nor copied from.
 * @throws mask-size when the stroke leaves the picture; nothing-to-do when it leaves nothing to fill from.
 */
export async function fillStroke(
  healed: HealedPicture,
  id: string,
  spans: Spans,
  recipe: FillRecipe,
  avoid?: Spans,
): Promise<FilledStroke> {
  const { width, height } = healed.original;
  const { rect } = spans;
  if (rect.x + rect.width > width || rect.y + rect.height > height) {
    throw new LangevinError('mask-size', `The stroke leaves the picture of ${width} × ${height} pixels.`);
  }
  if (spans.count === width * height) {
    throw new LangevinError(
      'nothing-to-do',
      'The stroke covers the whole picture, so there is nothing to heal it from. Paint over less.',
    );
  }
  const { fill, seed, offset } = recipe;
  const source = recipe.source && within(recipe.source, width, height);
  const part = healed.part(seenBy(spans, { source, offset }, width, height), id);
  const mask = markSpans(spans, part.rect);
  if (avoid !== undefined) markSpans(avoid, part.rect, mask);
  const request = {
    picture: part.picture,
    mask,
    seed,
    region: moved(rect, part.rect),
    kind: fill === 'smooth' || fill === 'exemplar' ? fill : ('auto' as const),
    ...(source === undefined || fill === 'smooth' ? {} : { source: moved(source, part.rect) }),
    ...(offset === undefined || fill !== 'copied' ? {} : { offset }),
  };
  const filled = await fillPicture(request);
  const samples = samplesAt({ rect: part.rect, picture: paintFill(request, filled) }, spans);
  const [notice] = filled.notices;
  return { samples, ...(notice === undefined ? {} : { notice: notice.code }) };
}

/** The part of the picture that the fill reads. */
function seenBy(
  { rect, count }: Spans,
  { source, offset }: Pick<FillRecipe, 'source' | 'offset'>,
  width: number,
  height: number,
): Rect {
  // A slanting scratch is thin, however large the block that holds it.
  const thickness = Math.min(rect.width, rect.height, count / Math.max(rect.width, rect.height));
  const context = Math.ceil(Math.min(CONTEXT.most, Math.max(CONTEXT.least, CONTEXT.perWidth * thickness)));
  const around = {
    x: rect.x - context,
    y: rect.y - context,
    width: rect.width + 2 * context,
    height: rect.height + 2 * context,
  };
  const seen = [around];
  if (source !== undefined) seen.push(source);
  if (offset !== undefined) seen.push({ ...around, x: around.x + offset.x, y: around.y + offset.y });
  return within(seen.reduce(union), width, height)!;
}

function moved(rect: Rect, origin: Rect): Rect {
  return { ...rect, x: rect.x - origin.x, y: rect.y - origin.y };
}

/** The part of a rectangle inside the picture; undefined when there is none. */
function within(rect: Rect, width: number, height: number): Rect | undefined {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  const right = Math.min(width, rect.x + rect.width);
  const bottom = Math.min(height, rect.y + rect.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

function union(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}
