import type { Adjustment } from '../contract/adjustment.ts';
import { invalidArgument } from '../errors.ts';
import { channelCount, type Picture, type PictureMetadata } from '../tensor/picture.ts';
import { mapped, rectangleToCorners } from './homography.ts';

type Places = Pick<Adjustment, 'turn' | 'corners' | 'angle' | 'crop'>;
type Samples = Uint8Array | Uint16Array;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** From a pixel's centre in the result to a place in the turned picture, both in pixels. */
type Inverse = (x: number, y: number) => readonly [number, number];

/**
 * The picture turned, its perspective taken out, straightened and cropped. Turns and crops alone move samples exactly; all
 * others go through one bicubic resampling (Catmull–Rom; Keys, IEEE Trans. ASSP 29, 1981) in the depth of the picture.
 * @param picture  as displayed (orientation 1).
 * @throws invalid-argument for corners that are no convex quadrilateral.
 */
export function withPlaces(picture: Picture, places: Places): Picture {
  const turned = withTurn(picture, places.turn);
  const straight = straightened(turned, places);
  const { x, y, width, height } = cropRect(straight, places.crop);
  const isWhole = width === turned.width && height === turned.height;
  if (straight.inverse === undefined) return isWhole ? turned : cut(turned, { x, y, width, height });
  const { inverse } = straight;
  return resampled(turned, { width, height }, (column, row) => inverse(column + x, row + y));
}

/** Width and height of what `withPlaces` gives. @throws what it throws. */
export function placedSize({ width, height }: Size, places: Places): Size {
  const turned = places.turn.quarters % 2 === 1 ? { width: height, height: width } : { width, height };
  const cropped = cropRect(straightened(turned, places), places.crop);
  return { width: cropped.width, height: cropped.height };
}

/** The crop in whole pixels, one at least. */
function cropRect(size: Size, crop: Places['crop']): Size & { readonly x: number; readonly y: number } {
  const span = (from: number, length: number, whole: number): [number, number] => {
    const start = Math.min(whole - 1, Math.round(from * whole));
    return [start, Math.max(1, Math.min(whole, Math.round((from + length) * whole)) - start)];
  };
  const [x, width] = span(crop.x, crop.width, size.width);
  const [y, height] = span(crop.y, crop.height, size.height);
  return { x, y, width, height };
}

/** The size once perspective and slant are gone; without an inverse where there are none. */
function straightened(turned: Size, { corners, angle }: Places): Size & { readonly inverse?: Inverse } {
  if (corners === null && angle === 0) return { width: turned.width, height: turned.height };
  const flat = corners === null ? { size: turned, inverse: same } : withoutPerspective(turned, corners);
  if (angle === 0) return { ...flat.size, inverse: flat.inverse };
  const { width, height } = flat.size;
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const inner = innerSize(flat.size, Math.abs(cos), Math.abs(sin));
  const inverse: Inverse = (x, y) => {
    const [dx, dy] = [x - inner.width / 2, y - inner.height / 2];
    return flat.inverse(width / 2 + cos * dx + sin * dy, height / 2 - sin * dx + cos * dy);
  };
  return { ...inner, inverse };
}

const same: Inverse = (x, y) => [x, y];

/** The largest size of the same shape, about the centre, that turned pixels fill. */
function innerSize({ width, height }: Size, cos: number, sin: number): Size {
  const scale = Math.min(width / (width * cos + height * sin), height / (width * sin + height * cos));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}

/** A print seen at an angle, seen from the front: its sides as long as they are on average. */
function withoutPerspective(
  { width, height }: Size,
  shares: NonNullable<Places['corners']>,
): { readonly size: Size; readonly inverse: Inverse } {
  const corners = shares.map(([x, y]) => [x * width, y * height] as const) as [
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
  ];
  const length = (i: number, j: number): number =>
    Math.hypot(corners[i][0] - corners[j][0], corners[i][1] - corners[j][1]);
  const size = {
    width: Math.max(1, Math.round((length(0, 1) + length(3, 2)) / 2)),
    height: Math.max(1, Math.round((length(0, 3) + length(1, 2)) / 2)),
  };
  const map = rectangleToCorners(size, corners);
  if (map === undefined) {
    throw invalidArgument('corners', 'four points that enclose the print, from its top left corner clockwise', shares);
  }
  return { size, inverse: (x, y) => mapped(map, x, y) };
}

function withTurn(picture: Picture, { quarters, mirrored }: Places['turn']): Picture {
  if (quarters === 0 && !mirrored) return picture;
  const { width, height, mode, data, metadata } = picture;
  const channels = channelCount(mode);
  const out = data.slice();
  const swaps = quarters % 2 === 1;
  const shown = swaps ? { width: height, height: width } : { width, height };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [tx, ty] =
        quarters === 0
          ? [x, y]
          : quarters === 1
            ? [height - 1 - y, x]
            : quarters === 2
              ? [width - 1 - x, height - 1 - y]
              : [y, width - 1 - x];
      const to = (ty * shown.width + (mirrored ? shown.width - 1 - tx : tx)) * channels;
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c];
    }
  }
  return { ...picture, ...shown, data: out, metadata: swaps ? withSidesSwapped(metadata) : metadata };
}

function withSidesSwapped(metadata: PictureMetadata): PictureMetadata {
  const { dpi, pixelAspect } = metadata;
  return {
    ...metadata,
    ...(dpi && { dpi: { x: dpi.y, y: dpi.x } }),
    ...(pixelAspect && { pixelAspect: { x: pixelAspect.y, y: pixelAspect.x } }),
  };
}

function cut(picture: Picture, { x, y, width, height }: Size & { readonly x: number; readonly y: number }): Picture {
  const channels = channelCount(picture.mode);
  const data = picture.data.slice(0, width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * channels;
    data.set(picture.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { ...picture, width, height, data };
}

/** Catmull–Rom weights of the four samples about a place, `t` from the second. */
function weights(t: number): readonly [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1, -1.5 * t3 + 2 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2];
}

/** Beyond the edge the last sample goes on. With alpha, colours count as much as they are seen. */
function resampled(picture: Picture, size: Size, inverse: Inverse): Picture {
  const { width, height, data, mode, bitDepth } = picture;
  const channels = channelCount(mode);
  const alpha = mode === 'gray-alpha' || mode === 'rgb-alpha' ? channels - 1 : -1;
  const top = bitDepth === 8 ? 255 : 65535;
  const out: Samples =
    bitDepth === 8
      ? new Uint8Array(size.width * size.height * channels)
      : new Uint16Array(size.width * size.height * channels);
  const sums = new Float64Array(channels);
  let to = 0;
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const [px, py] = inverse(column + 0.5, row + 0.5);
      const [sx, sy] = [px - 0.5, py - 0.5];
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [wx, wy] = [weights(sx - x0), weights(sy - y0)];
      sums.fill(0);
      for (let j = 0; j < 4; j++) {
        const line = Math.min(height - 1, Math.max(0, y0 + j - 1)) * width;
        for (let i = 0; i < 4; i++) {
          const from = (line + Math.min(width - 1, Math.max(0, x0 + i - 1))) * channels;
          let weight = wx[i] * wy[j];
          if (alpha >= 0) {
            const seen = data[from + alpha];
            sums[alpha] += weight * seen;
            weight *= seen;
          }
          for (let c = 0; c < channels; c++) if (c !== alpha) sums[c] += weight * data[from + c];
        }
      }
      for (let c = 0; c < channels; c++) {
        const value = alpha < 0 || c === alpha ? sums[c] : sums[alpha] > 0.5 ? sums[c] / sums[alpha] : 0;
        out[to++] = Math.round(Math.min(top, Math.max(0, value)));
      }
    }
  }
  return { ...picture, ...size, data: out };
}
