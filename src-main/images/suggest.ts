import { assertRgba, type PixelSource } from './suggest/geometry.ts';
import { findDust } from './suggest/dust.ts';
import { blackness, extremeAround, halved, whiteness, type GreyPicture } from './suggest/grey.ts';
import { findOverlayText } from './suggest/overlay-text.ts';
import { findScratches } from './suggest/scratches.ts';

/** What to look for. */
export interface SuggestOptions {
  readonly scratches: boolean;
  readonly dust: boolean;
  /** Printed text of nearly white or nearly black ink. */
  readonly text: boolean;
}

/** Pictures are looked at from this number of pixels down: what shows only above it is grain. */
const MOST_PIXELS = 12e6;

/** … to this length of the longer side, in halves: a scratch on a large scan is as many times wider. */
const LEAST_SIDE = 1000;

/**
 * Proposes what to restore: scratches, dust and printed text, each nearly white or nearly black as bare film, dirt and
 * ink are. A proposal to edit: bright or dark thin things that belong to the picture, such as wires and gleaming edges,
 * are found too, and damage as bright as what is around it is not.
 *
 * Deterministic; takes time in proportion to the pixels, so large pictures belong in a worker.
 * @returns 255 (restore) or 0 of every pixel, row by row.
 * @throws invalid-argument when the data do not fit the picture's size.
 */
export function suggestMask(
  picture: PixelSource,
  options: SuggestOptions = { scratches: true, dust: true, text: true },
): Uint8Array {
  assertRgba(picture);
  const mask = new Uint8Array(picture.width * picture.height);
  for (const toGrey of [whiteness, blackness]) {
    let grey = toGrey(picture);
    for (let halvings = 0; ; halvings++) {
      if (grey.width * grey.height <= MOST_PIXELS)
        addEnlarged(mask, picture.width, findDamage(grey, options), halvings);
      if (Math.max(grey.width, grey.height) < 2 * LEAST_SIDE) break;
      grey = halved(grey);
    }
  }
  return mask;
}

/** Damage at one scale, with the pixel around it that its soft edge covers. */
function findDamage(grey: GreyPicture, options: SuggestOptions): GreyPicture {
  const found = [
    ...(options.scratches ? [findScratches(grey)] : []),
    ...(options.dust ? [findDust(grey)] : []),
    ...(options.text ? [findOverlayText(grey)] : []),
  ];
  const data = new Uint8Array(grey.data.length);
  for (const kind of found) for (let i = 0; i < data.length; i++) data[i] |= kind.data[i];
  return { ...grey, data: extremeAround({ ...grey, data }, 1, 'greatest') };
}

function addEnlarged(mask: Uint8Array, width: number, small: GreyPicture, halvings: number): void {
  for (let y = 0, i = 0; i < mask.length; y++) {
    const row = (y >> halvings) * small.width;
    for (let x = 0; x < width; x++, i++) mask[i] |= small.data[row + (x >> halvings)];
  }
}
