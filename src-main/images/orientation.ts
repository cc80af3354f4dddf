import { channelCount, type Picture, type PictureMetadata } from '../tensor/picture.ts';

/**
 * EXIF orientations 1…8 (EXIF 2.3, tag 274): how stored rows and columns are shown. 1 as stored, 2 mirrored left–right,
 * 3 turned by 180°, 4 mirrored top–bottom, 5 transposed, 6 turned clockwise, 7 transposed over the other diagonal,
 * 8 turned counter-clockwise.
 */
type Samples = Uint8Array | Uint16Array | Float32Array;

/** The inverse of every orientation: all but the two quarter turns undo themselves. */
const INVERSE = [0, 1, 2, 3, 4, 5, 8, 7, 6];

/** The orientation that undoes another. */
export function inverseOrientation(orientation: number): number {
  return INVERSE[orientation] ?? 1;
}

/** Whether showing the picture exchanges width and height. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** Width and height as shown. */
export function displayedSize(picture: Pick<Picture, 'width' | 'height' | 'metadata'>): {
  width: number;
  height: number;
} {
  const { width, height, metadata } = picture;
  return swapsSides(metadata.orientation) ? { width: height, height: width } : { width, height };
}

/**
 * Samples as shown from samples as stored. Exact: every sample only moves.
 * @param data  height × width × channels, interleaved, as stored.
 * @param width, height  as stored; those of the result are exchanged for orientations 5…8.
 * @param orientation  1…8; anything else counts as 1.
 */
export function toDisplay<S extends Samples>(
  data: S,
  width: number,
  height: number,
  channels: number,
  orientation: number,
): S {
  const out = data.slice() as S;
  if (!(orientation >= 2 && orientation <= 8)) return out;
  // Where stored pixel (0, 0) is shown, and the steps to the places of its right and lower neighbours.
  const shown = swapsSides(orientation) ? height : width;
  const last = (swapsSides(orientation) ? width : height) - 1;
  const fromRight = orientation === 2 || orientation === 3 || orientation === 6 || orientation === 7;
  const fromBottom = orientation === 3 || orientation === 4 || orientation === 7 || orientation === 8;
  const start = (fromBottom ? last * shown : 0) + (fromRight ? shown - 1 : 0);
  const across = fromRight ? -1 : 1;
  const down = fromBottom ? -shown : shown;
  const [perColumn, perRow] = swapsSides(orientation) ? [down, across] : [across, down];
  let from = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let to = (start + x * perColumn + y * perRow) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from++];
    }
  }
  return out;
}

/**
 * Samples as stored from samples as shown: undoes `toDisplay`.
 * @param width, height  as shown.
 */
export function toStored<S extends Samples>(
  data: S,
  width: number,
  height: number,
  channels: number,
  orientation: number,
): S {
  return toDisplay(data, width, height, channels, inverseOrientation(orientation));
}

/** The metadata once the samples were turned as `turn` says and are to be shown by `orientation`. */
function turnedMetadata(metadata: PictureMetadata, turn: number, orientation: number): PictureMetadata {
  if (!swapsSides(turn)) return { ...metadata, orientation };
  const { dpi, pixelAspect } = metadata;
  return {
    ...metadata,
    orientation,
    ...(dpi && { dpi: { x: dpi.y, y: dpi.x } }),
    ...(pixelAspect && { pixelAspect: { x: pixelAspect.y, y: pixelAspect.x } }),
  };
}

/** The picture with its samples as shown and orientation 1. */
export function displayedPicture(picture: Picture): Picture {
  const { data, width, height, mode, metadata } = picture;
  return {
    ...picture,
    ...displayedSize(picture),
    data: toDisplay(data, width, height, channelCount(mode), metadata.orientation),
    metadata: turnedMetadata(metadata, metadata.orientation, 1),
  };
}

/** Undoes `displayedPicture`: samples to be shown by `orientation`. */
export function storedPicture(picture: Picture, orientation: number): Picture {
  const { data, width, height, mode, metadata } = picture;
  return {
    ...picture,
    ...(swapsSides(orientation) ? { width: height, height: width } : {}),
    data: toStored(data, width, height, channelCount(mode), orientation),
    metadata: turnedMetadata(metadata, orientation, orientation),
  };
}
