import { z } from 'zod';
import { networkChoiceSchema } from '../jobs.ts';

/** Names something that the host holds; says nothing about where it is. */
export const idSchema = z.string().regex(/^[\w-]{6,64}$/, 'is not an id of this host');
export type Id = z.infer<typeof idSchema>;

/** Renderers name installed models; where they lie is the host's affair. */
export const modelNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be the name of an installed model');

/** Which network, and where it runs. */
export const appNetworkSchema = networkChoiceSchema.extend({ model: modelNameSchema.default('photo') });

export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array');

/**
 * The painted part of a mask: coverage 0…255 of a rectangle of the picture *as displayed*, row by row; nothing is painted
 * outside. Values ≥ 128 are restored.
 */
export const maskPatchSchema = z
  .strictObject({
    x: z.int().min(0),
    y: z.int().min(0),
    width: z.int().min(1).max(65_535),
    height: z.int().min(1).max(65_535),
    coverage: bytesSchema,
  })
  .refine(({ width, height, coverage }) => coverage.length === width * height, 'coverage must be width × height bytes');
export type MaskPatch = z.infer<typeof maskPatchSchema>;

/** A file that the host has; `id` is good until it is forgotten. */
export interface FileInfo {
  readonly id: Id;
  /** File name without folders, for people. */
  readonly name: string;
  readonly bytes: number;
}

/** 8-bit pixels for a screen: RGBA, not premultiplied, sRGB, as displayed. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 4 × width × height. */
  readonly data: Uint8Array;
}

/** What a picture file holds. */
export interface PictureContent extends Pixels {
  readonly format: string;
  readonly bitDepth: 8 | 16;
  readonly mode: 'gray' | 'gray-alpha' | 'rgb' | 'rgb-alpha';
  readonly orientation: number;
  readonly has: { readonly exif: boolean; readonly icc: boolean; readonly xmp: boolean };
  /** Things people should know, such as a conversion from CMYK. */
  readonly notices: readonly string[];
}

/** Planes of a volume, by what a radiologist calls them. */
export const PLANES = ['axial', 'coronal', 'sagittal'] as const;
export type Plane = (typeof PLANES)[number];

/** Slices that belong together, in order. */
export interface SeriesInfo {
  /** "Series 3, Thorax: 120 slices of 512 × 512" */
  readonly label: string;
  readonly files: readonly Id[];
  /** Distance of slices, and side of a pixel, in millimetres, where the files say. */
  readonly spacing?: number;
  readonly pixelSpacing?: number;
  /** What people should know, such as missing slices. */
  readonly notices: readonly string[];
}

/** Numbers on a grid: a slice or a sinogram. */
export interface ScanContent {
  readonly kind: 'slice' | 'sinogram';
  readonly width: number;
  readonly height: number;
  /** Slices, or sinograms, of the stack. */
  readonly slices: number;
  /** Little-endian float32, width × height, row by row. */
  readonly values: Uint8Array;
  readonly unit: 'HU' | 'relative' | 'projection';
  /** Side of a pixel of a slice in millimetres, where the file says. */
  readonly pixelSpacing?: number;
  /** Directions of the views in degrees, where the file of a sinogram says. */
  readonly angles?: readonly number[];
  /** A window to begin with, in the unit. */
  readonly window: { readonly centre: number; readonly width: number };
}
