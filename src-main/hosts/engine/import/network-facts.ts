import { z } from 'zod';
import { manifestSchema } from '../../../prior/manifest.ts';

/** What the importer may be told of a network; all that is not told is read from files or measured. */
export const networkFactsSchema = z.strictObject({
  name: manifestSchema.shape.name.optional(),
  title: z.string().min(1).optional(),
  version: z.string().min(1).default('1'),
  licence: z.string().min(1).default('not stated'),
  time: manifestSchema.shape.time.optional(),
  prediction: manifestSchema.shape.prediction.optional(),
  sde: manifestSchema.shape.sde.optional(),
  range: manifestSchema.shape.range,
  channels: manifestSchema.shape.channels.optional(),
  channelOrder: manifestSchema.shape.channelOrder,
  colourBy: manifestSchema.shape.colourBy,
  extraInputs: manifestSchema.shape.extraInputs,
  /** How many classes a further input takes. */
  classes: z.int().min(2).max(10_000).optional(),
  /** The class that stands for none: its number, or zeros of a vector. */
  nullClass: z.union([z.int().min(0).max(10_000), z.literal('zeros')]).optional(),
  /** Name of the output, of a file with several. */
  output: z.string().min(1).optional(),
  stride: manifestSchema.shape.stride.optional(),
  receptiveField: manifestSchema.shape.receptiveField.default(128),
  sigmaMin: manifestSchema.shape.sigmaMin.optional(),
  sigmaMax: manifestSchema.shape.sigmaMax.optional(),
  sigmaData: manifestSchema.shape.sigmaData.optional(),
});
export type NetworkFacts = z.input<typeof networkFactsSchema>;
export type KnownFacts = z.output<typeof networkFactsSchema>;
