import { z } from 'zod';

/** Blur in pixels of the restored picture. */
const blurSchema = z.union([
  /** Standard deviation of a Gaussian. */
  z.number().positive().max(50),
  /** Moved steadily along a line; `angle` in degrees, counter-clockwise from the right. */
  z.strictObject({
    kind: z.literal('motion'),
    length: z.number().gt(1).max(300),
    angle: z.number().min(-360).max(360),
  }),
  /** Out of focus: an even disk. */
  z.strictObject({ kind: z.literal('disk'), radius: z.number().min(0.5).max(100) }),
  /** As the picture of a kernel that goes with the request. */
  z.strictObject({ kind: z.literal('file') }),
]);

const level = z.number().min(0).max(255);

/** Noise of the picture as it is, on 0…255. */
const noiseSchema = z.union([
  /** The same everywhere: standard deviation. */
  level,
  z.literal('auto'),
  /** Poisson–Gaussian, as of a camera: variance slope·s + sigma² where the signal is s; without both, estimated. */
  z
    .strictObject({ kind: z.literal('poisson'), slope: z.number().min(0).max(100).optional(), sigma: level.optional() })
    .refine(({ slope, sigma }) => (slope === undefined) === (sigma === undefined), {
      message: 'must have both a slope and a sigma, or neither, to estimate them',
    }),
  /** Film grain: neighbours alike, as white noise smoothed by a Gaussian of `size` pixels; without both, estimated. */
  z
    .strictObject({
      kind: z.literal('grain'),
      sigma: level.optional(),
      size: z.number().min(0.3).max(5).optional(),
    })
    .refine(({ sigma, size }) => (sigma === undefined) === (size === undefined), {
      message: 'must have both a sigma and a size, or neither, to estimate them',
    }),
]);

const gain = z.number().min(0.05).max(4);
const offset = z.number().min(-255).max(255);

/**
 * Faded: what is seen is gain·x + offset, on 0…255, for all channels or each (of a picture without colours the first);
 * `auto`: from the histogram.
 */
const fadingSchema = z.union([
  z.literal('auto'),
  z.strictObject({
    gain: z.union([gain, z.tuple([gain, gain, gain])]),
    offset: z.union([offset, z.tuple([offset, offset, offset])]),
  }),
]);

/**
 * What a picture went through, for the task compound: blurred, then reduced, then grey, then faded, then noisy, then
 * saved as JPEG. Absent parts did not happen. A mask says which pixels of the result of all that are damaged besides.
 */
export const damageSchema = z.strictObject({
  blur: blurSchema.optional(),
  /** The picture was so many times larger. */
  scale: z.union([z.literal(2), z.literal(3), z.literal(4)]).optional(),
  /** The colours were lost. */
  grey: z.literal(true).optional(),
  fading: fadingSchema.optional(),
  /** Absent: 1, what rounding leaves, or none beside JPEG. */
  noise: noiseSchema.optional(),
  /** Coded as JPEG: as the file says (`auto`), or with libjpeg's quality 1…100 and 4:2:0. */
  jpeg: z.union([z.int().min(1).max(100), z.literal('auto')]).optional(),
  /** The greys of the mask say how opaque the damage is that lies over the picture, such as a stain; absent: white is lost, black is sound. */
  softMask: z.literal(true).optional(),
});
export type Damage = z.infer<typeof damageSchema>;
export type BlurDamage = NonNullable<Damage['blur']>;
export type NoiseDamage = NonNullable<Damage['noise']>;
export type FadingDamage = NonNullable<Damage['fading']>;
