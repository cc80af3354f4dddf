import { channelCount, type Picture } from '../tensor/picture.ts';
import { maxSample } from './picture-tensor.ts';

/** Longest side of a picture on the sheet, pixels. */
const THUMBNAIL = 384;
/** White between the pictures, pixels. */
const GAP = 8;

/** Collects pictures of equal size, reduced, and lays them out in rows on white. */
export class ContactSheet {
  readonly #thumbnails: Picture[] = [];
  readonly #columns: number | undefined;

  /** @param columns  absent: as many as rows, or one more. */
  constructor(columns?: number) {
    this.#columns = columns;
  }

  add(picture: Picture): void {
    this.#thumbnails.push(reduce(picture));
  }

  /**
   * Adds the picture that is restored, with what is marked in it in a colour; white where the picture is grey.
   * @param mask  height × width as stored, non-zero = marked.
   */
  addMarked(picture: Picture, mask: Uint8Array): void {
    this.add({ ...picture, data: tinted(picture, mask) });
  }

  /** 8 bits, without the metadata of the pictures but their orientation. */
  picture(): Picture {
    const [first] = this.#thumbnails;
    const count = this.#thumbnails.length;
    const columns = Math.min(count, this.#columns ?? Math.ceil(Math.sqrt(count)));
    const rows = Math.ceil(count / columns);
    const stride = channelCount(first.mode);
    const width = columns * (first.width + GAP) + GAP;
    const height = rows * (first.height + GAP) + GAP;
    const data = new Uint8Array(width * height * stride).fill(255);
    this.#thumbnails.forEach((thumbnail, k) => {
      const left = GAP + (k % columns) * (first.width + GAP);
      const top = GAP + Math.floor(k / columns) * (first.height + GAP);
      const line = first.width * stride;
      for (let y = 0; y < first.height; y++) {
        data.set(thumbnail.data.subarray(y * line, (y + 1) * line), ((top + y) * width + left) * stride);
      }
    });
    return { ...first, width, height, data };
  }
}

/** Of what is marked, of 255, and how much it covers. */
const TINT = [213, 94, 0] as const;
const COVER = 0.7;

function tinted(picture: Picture, mask: Uint8Array): Picture['data'] {
  const channels = channelCount(picture.mode);
  const top = maxSample(picture);
  const data = picture.data.slice();
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    for (let c = 0; c < Math.min(3, channels); c++) {
      if (channels === 2 && c === 1) continue;
      const colour = channels < 3 ? top : (TINT[c] / 255) * top;
      data[i * channels + c] = Math.round((1 - COVER) * data[i * channels + c] + COVER * colour);
    }
  }
  return data;
}

/** The picture at an integer part of its size, blocks averaged, in 8 bits. */
function reduce({ width, height, mode, bitDepth, data, metadata }: Picture): Picture {
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / THUMBNAIL));
  const stride = channelCount(mode);
  const w = Math.ceil(width / factor);
  const h = Math.ceil(height / factor);
  const gain = 255 / maxSample({ width, height, mode, bitDepth, data, metadata });
  const out = new Uint8Array(w * h * stride);
  for (let y = 0; y < h; y++) {
    const bottom = Math.min((y + 1) * factor, height);
    for (let x = 0; x < w; x++) {
      const right = Math.min((x + 1) * factor, width);
      for (let c = 0; c < stride; c++) {
        let sum = 0;
        for (let py = y * factor; py < bottom; py++) {
          for (let px = x * factor; px < right; px++) sum += data[(py * width + px) * stride + c];
        }
        out[(y * w + x) * stride + c] = Math.round((gain * sum) / ((bottom - y * factor) * (right - x * factor)));
      }
    }
  }
  const { orientation } = metadata;
  return { width: w, height: h, mode, bitDepth: 8, data: out, metadata: { orientation } };
}
