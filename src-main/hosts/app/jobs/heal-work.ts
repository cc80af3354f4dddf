import { z } from 'zod';
import { healRecipeSchema, type HealBlock, type VariantInfo } from '../../../contract/app/healing.ts';
import type { Sent } from '../../../contract/app/parts.ts';
import { idSchema } from '../../../contract/app/values.ts';
import { placedFileSchema } from '../../../contract/jobs.ts';
import { fillStroke } from '../../../heal/fill-stroke.ts';
import {
  HealedPicture,
  readSamplesAt,
  samplesAt,
  type PixelLayer,
  type Samples,
} from '../../../heal/healed-picture.ts';
import { blocksOf, markSpans, spansFrom, type Spans } from '../../../heal/spans.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture } from '../../../images/decode.ts';
import { displayedPicture, storedPicture } from '../../../images/orientation.ts';
import type { Rect } from '../../../restore/region.ts';
import type { Picture } from '../../../tensor/picture.ts';
import { pixelLayerSchema, runsSchema } from '../../engine/jobs/pixel-layers.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import {
  leaveBytes,
  leavePicture,
  placedPictureSchema,
  takePicture,
  type PlacedBytes,
  type PlacedPicture,
} from '../../engine/placed-pixels.ts';
import { deliver, encodeForSaving, encodeResultSchema } from './picture-work.ts';
import { screenPixels } from './screen-pixels.ts';

/** A layer; what the process does not have yet comes along. */
const layerSchema = pixelLayerSchema.partial({ patch: true });
export type SentLayer = z.input<typeof layerSchema>;

export const openHealingSchema = z.strictObject({ key: idSchema, file: placedFileSchema });
export const closeHealingSchema = z.strictObject({ key: idSchema });
export const setLayersSchema = z.strictObject({
  key: idSchema,
  layers: z.array(layerSchema),
  /** Tell of all layers, not only of those that have changed. */
  all: z.boolean(),
});
export const fillStrokeSchema = z.strictObject({
  key: idSchema,
  id: idSchema,
  runs: runsSchema,
  avoid: runsSchema.optional(),
  recipe: healRecipeSchema,
  /** Without a patch for `id`: that is what is to be made. */
  layers: z.array(layerSchema),
});
export const healWindowSchema = z.strictObject({
  key: idSchema,
  id: idSchema,
  runs: runsSchema,
  /** Pixels on each side of the stroke. */
  context: z.int().min(0),
  /** Where large windows are left: new names are made of it. */
  into: z.string().min(1),
});
export const takeRefinedSchema = z.strictObject({
  key: idSchema,
  id: idSchema,
  runs: runsSchema,
  x: z.int(),
  y: z.int(),
  picture: placedPictureSchema,
});
export const encodeHealedSchema = z.strictObject({
  key: idSchema,
  ...encodeResultSchema.omit({ png: true, metadata: true }).shape,
});

/** New colours of a stroke, and what the picture shows of them. */
export interface HealedStroke {
  readonly samples: Samples;
  readonly blocks: readonly HealBlock[];
  readonly notice?: VariantInfo['notice'];
}

/** The surroundings of a stroke, to be restored elsewhere. */
export interface HealWindow {
  readonly x: number;
  readonly y: number;
  readonly picture: PlacedPicture;
  /** 1 = restore. */
  readonly mask: PlacedBytes;
}

interface OpenPicture {
  /** As displayed. */
  readonly healed: HealedPicture;
  /** Of the file. */
  readonly orientation: number;
}

/** Side of the squares that are filled for nothing, pixels, and how many. */
const WARMING = { side: 32, strokes: 2 };

/**
 * Fills a few squares in the middle of a picture and forgets them, so that the first real stroke finds the search for
 * patches compiled: without it that one takes twice as long as all others.
 */
async function warmUp(healed: HealedPicture): Promise<void> {
  const { width, height } = healed.original;
  const { side, strokes } = WARMING;
  if (Math.min(width, height) < 4 * side) return;
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const rows = Array.from({ length: side }, (_, row) => [top + row, left, side]);
  const spans = spansFrom(Uint32Array.from(rows.flat()));
  for (let seed = 0; seed < strokes; seed++) await fillStroke(healed, 'warm-up', spans, { fill: 'auto', seed });
}

/** The pictures that are being healed, by the id of their file. */
export class HealWork {
  readonly #open = new Map<string, OpenPicture>();
  #isWarm = false;

  /** Decodes a picture that is not open yet. @throws what `decodePicture` throws. */
  async open({ key, file }: z.output<typeof openHealingSchema>): Promise<{ bytes: number }> {
    let open = this.#open.get(key);
    if (open === undefined) {
      const { bytes, name } = await contentsOf(file);
      const picture = await decodePicture(bytes, name, { damage: 'accept' });
      const { orientation } = picture.metadata;
      open = { healed: new HealedPicture(orientation === 1 ? picture : displayedPicture(picture)), orientation };
      this.#open.set(key, open);
      if (!this.#isWarm) await warmUp(open.healed);
      this.#isWarm = true;
    }
    return { bytes: open.healed.bytes };
  }

  async close({ key }: z.output<typeof closeHealingSchema>): Promise<null> {
    this.#open.delete(key);
    return null;
  }

  /** Shows these layers. @returns blocks of what has changed. @throws mask-size */
  async setLayers({ key, layers, all }: z.output<typeof setLayersSchema>): Promise<HealBlock[]> {
    const { healed } = this.#get(key);
    const changed = healed.setLayers(this.#layersOf(healed, layers));
    return shownBlocks(healed, all ? blocksOf(healed.layers.map(({ spans }) => spans)) : changed);
  }

  /** @throws what `fillStroke` throws. */
  async fill(job: z.output<typeof fillStrokeSchema>): Promise<HealedStroke> {
    const { key, id } = job;
    const { healed } = this.#get(key);
    const spans = spansFrom(job.runs);
    const avoid = job.avoid && spansFrom(job.avoid);
    const others = job.layers.filter((layer) => layer.id !== id);
    const changed = healed.setLayers(this.#layersOf(healed, others));
    const { samples, notice } = await fillStroke(healed, id, spans, job.recipe, avoid);
    const layers = job.layers.map((layer) =>
      layer.id === id
        ? { id, opacity: layer.opacity, spans, samples }
        : healed.layers.find((one) => one.id === layer.id)!,
    );
    changed.push(...healed.setLayers(layers));
    const blocks = await shownBlocks(healed, changed);
    return { samples, blocks, ...(notice === undefined ? {} : { notice }) };
  }

  /** The surroundings of a stroke with its pixels as filled, whatever its opacity. */
  async window({ key, id, runs, context, into }: z.output<typeof healWindowSchema>): Promise<HealWindow> {
    const { healed } = this.#get(key);
    const spans = spansFrom(runs);
    const rect = around(spans, context, healed.original);
    const part = healed.part(rect, id);
    const { picture } = part;
    const layer = healed.layers.find((one) => one.id === id);
    if (layer !== undefined) readSamplesAt(part, spans, rect, layer.samples);
    // Only the samples matter to the network.
    return {
      x: rect.x,
      y: rect.y,
      picture: await leavePicture({ ...picture, metadata: { orientation: 1 } }, `${into}.window`),
      mask: await leaveBytes(markSpans(spans, rect), `${into}.mask`),
    };
  }

  /** Takes the stroke's pixels out of a restored window. */
  async takeRefined({
    key,
    id,
    runs,
    x,
    y,
    picture: placed,
  }: z.output<typeof takeRefinedSchema>): Promise<HealedStroke> {
    const { healed } = this.#get(key);
    const spans = spansFrom(runs);
    const picture = await takePicture(placed);
    const { width, height } = picture;
    const samples = samplesAt({ rect: { x, y, width, height }, picture }, spans);
    const layers = healed.layers.map((layer) => (layer.id === id ? { ...layer, samples } : layer));
    return { samples, blocks: await shownBlocks(healed, healed.setLayers(layers)) };
  }

  /** The whole picture as a file. @throws what `encodePicture` throws. */
  async encode({ key, into, ...how }: z.output<typeof encodeHealedSchema>): Promise<Sent<Uint8Array>> {
    const { healed, orientation } = this.#get(key);
    const whole = healed.whole();
    return deliver(await encodeForSaving(orientation === 1 ? whole : storedPicture(whole, orientation), how), into);
  }

  #layersOf(healed: HealedPicture, layers: readonly z.output<typeof layerSchema>[]): PixelLayer[] {
    return layers.map(({ id, opacity, patch }) => {
      if (patch !== undefined) return { id, opacity, spans: spansFrom(patch.runs), samples: patch.samples };
      const present = healed.layers.find((layer) => layer.id === id);
      if (present === undefined) throw new LangevinError('internal', `The healing process lacks the stroke ${id}.`);
      return present.opacity === opacity ? present : { ...present, opacity };
    });
  }

  #get(key: string): OpenPicture {
    const open = this.#open.get(key);
    if (open === undefined) throw new LangevinError('internal', `The healing process lacks the picture ${key}.`);
    return open;
  }
}

function around({ rect }: Spans, context: number, { width, height }: Picture): Rect {
  const x = Math.max(0, rect.x - context);
  const y = Math.max(0, rect.y - context);
  return {
    x,
    y,
    width: Math.min(width, rect.x + rect.width + context) - x,
    height: Math.min(height, rect.y + rect.height + context) - y,
  };
}

function shownBlocks(healed: HealedPicture, rects: readonly Rect[]): Promise<HealBlock[]> {
  return Promise.all(
    rects.map(async (rect) => ({ x: rect.x, y: rect.y, ...(await screenPixels(healed.part(rect).picture)) })),
  );
}
