import { z } from 'zod';

const share = z.number().min(0).max(1);
const pointSchema = z.tuple([share, share]);

/** Ways a picture is turned before anything else. */
const turnSchema = z.strictObject({
  /** Quarter turns clockwise. */
  quarters: z.int().min(0).max(3).default(0),
  /** Mirrored left–right, after turning. */
  mirrored: z.boolean().default(false),
});

/** Smallest part of a side that a crop leaves. */
export const SMALLEST_CROP = 0.005;

/**
 * What is done to a picture before it is restored, from the picture as displayed: turn, straighten, crop, then tones. The
 * defaults change nothing.
 */
export const adjustmentSchema = z.strictObject({
  turn: turnSchema.prefault({}),
  /** Corners of a photographed print in the turned picture, as shares of its sides, from the top left clockwise. */
  corners: z.tuple([pointSchema, pointSchema, pointSchema, pointSchema]).nullable().default(null),
  /** Straightens by so many degrees clockwise; what has no pixels is cut off. */
  angle: z.number().min(-45).max(45).default(0),
  /** What is kept of the straightened picture, shares of its sides. */
  crop: z
    .strictObject({
      x: share,
      y: share,
      width: z.number().min(SMALLEST_CROP).max(1),
      height: z.number().min(SMALLEST_CROP).max(1),
    })
    .refine(({ x, y, width, height }) => x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9, 'must lie in the picture')
    .default({ x: 0, y: 0, width: 1, height: 1 }),
  /** The picture is a film negative: light and dark are exchanged, without the colour of the film, before all tones. */
  negative: z.boolean().default(false),
  /** Factors of red and blue against green, as powers of 2: above 0 warmer, below cooler; tint: above 0 more magenta. */
  balance: z
    .strictObject({ temperature: z.number().min(-1).max(1).default(0), tint: z.number().min(-1).max(1).default(0) })
    .prefault({}),
  /** What becomes black and white, and the brightness between them: 1 leaves it, above 1 is brighter. */
  levels: z
    .strictObject({
      black: z.number().min(0).max(0.95).default(0),
      white: z.number().min(0.05).max(1).default(1),
      gamma: z.number().min(0.1).max(10).default(1),
    })
    .refine(({ black, white }) => white - black >= 0.01, 'white must be above black')
    .prefault({}),
  /** A monotone curve through these points, the first at 0 and the last at 1 across. */
  curve: z
    .array(pointSchema)
    .min(2)
    .max(16)
    .refine((points) => points.every(([x], i) => i === 0 || x > points[i - 1][0]), 'points must go from left to right')
    .refine((points) => points[0][0] === 0 && points.at(-1)![0] === 1, 'must reach from 0 to 1')
    .default([
      [0, 0],
      [1, 1],
    ]),
});
export type Adjustment = z.output<typeof adjustmentSchema>;

/** Changes nothing. */
export const NO_ADJUSTMENT: Adjustment = adjustmentSchema.parse({});

/** Whether nothing but tones is changed: what is where stays there. */
export function keepsPlaces({ turn, corners, angle, crop }: Adjustment): boolean {
  const isWhole = crop.x === 0 && crop.y === 0 && crop.width === 1 && crop.height === 1;
  return turn.quarters === 0 && !turn.mirrored && corners === null && angle === 0 && isWhole;
}
