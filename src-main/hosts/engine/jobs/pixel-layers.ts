import { z } from 'zod';
import { idSchema } from '../../../contract/app/values.ts';
import { HealedPicture, type Samples } from '../../../heal/healed-picture.ts';
import { spansFrom } from '../../../heal/spans.ts';
import { displayedPicture, storedPicture } from '../../../images/orientation.ts';
import type { Picture } from '../../../tensor/picture.ts';

/** Runs of a stroke: row, first column and length of each, in reading order. */
export const runsSchema = z.custom<Uint32Array>(
  (value) => value instanceof Uint32Array && value.length > 0 && value.length % 3 === 0,
  'must be runs of three numbers',
);

/** The pixels of a stroke as they come from another process. */
export const patchSchema = z.strictObject({
  runs: runsSchema,
  samples: z.custom<Samples>(
    (value) => value instanceof Uint8Array || value instanceof Uint16Array,
    'must be samples of 8 or 16 bits',
  ),
});

/** What has been healed of a picture, as displayed. */
export const pixelLayerSchema = z.strictObject({
  id: idSchema,
  opacity: z.number().min(0).max(1),
  patch: patchSchema,
});

/** @see pixelLayerSchema */
export type SentPixels = z.input<typeof pixelLayerSchema>;

/** A picture as stored with what was healed of it as displayed. @throws mask-size when a layer does not fit. */
export function healedAs<P extends Picture>(picture: P, layers: readonly z.output<typeof pixelLayerSchema>[]): P {
  const healed = new HealedPicture(displayedPicture(picture));
  healed.setLayers(
    layers.map(({ id, opacity, patch }) => ({ id, opacity, spans: spansFrom(patch.runs), samples: patch.samples })),
  );
  return { ...picture, data: storedPicture(healed.whole(), picture.metadata.orientation).data };
}
