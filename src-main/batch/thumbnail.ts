import { encodePicture } from '../images/encode.ts';
import { displayedPicture } from '../images/orientation.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';

const SIDE = 128;
const QUALITY = 60;
/** Shows through where the picture is transparent. */
const BACKDROP = 128;

/** Of what is marked. */
const MARK = [213, 94, 0] as const;
const MARK_COVER = 0.75;

/**
 * A JPEG file of the picture as displayed, at most 128 pixels a side, without metadata.
 * @param mask  height × width as stored: what is not 0 is shown in colour, however little there is of it in a block.
 */
export async function makeThumbnail(picture: Picture, mask?: Uint8Array): Promise<Uint8Array> {
  const small = shrink(picture);
  const shown = mask === undefined ? small : marked(small, picture, mask);
  return encodePicture(displayedPicture(shown), { format: 'jpeg', quality: QUALITY, chroma: '4:2:0' });
}

/** Pixels a side of a block whose mean is taken: enough against aliasing, and a large picture costs no more. */
const SAMPLES = 4;

/** Means over blocks, 8 bits, no alpha; orientation is kept, all other metadata is left out. */
function shrink(picture: Picture): Picture {
  const { width, height, mode, bitDepth, data, metadata } = picture;
  const factor = Math.max(1, Math.max(width, height) / SIDE);
  const smallWidth = Math.max(1, Math.round(width / factor));
  const smallHeight = Math.max(1, Math.round(height / factor));
  const channels = channelCount(mode);
  const colours = channels >= 3 ? 3 : 1;
  const hasAlpha = channels !== colours;
  const top = bitDepth === 8 ? 255 : 65535;
  const small = new Uint8Array(smallWidth * smallHeight * colours);
  const sums = new Float64Array(colours);
  for (let y = 0; y < smallHeight; y++) {
    const [y0, y1] = block(y, smallHeight, height);
    for (let x = 0; x < smallWidth; x++) {
      const [x0, x1] = block(x, smallWidth, width);
      const stepY = Math.ceil((y1 - y0) / SAMPLES);
      const stepX = Math.ceil((x1 - x0) / SAMPLES);
      let count = 0;
      sums.fill(0);
      for (let sy = y0; sy < y1; sy += stepY) {
        for (let sx = x0; sx < x1; sx += stepX) {
          count++;
          const at = (sy * width + sx) * channels;
          const alpha = hasAlpha ? data[at + colours] / top : 1;
          for (let c = 0; c < colours; c++) sums[c] += alpha * ((data[at + c] * 255) / top) + (1 - alpha) * BACKDROP;
        }
      }
      for (let c = 0; c < colours; c++) small[(y * smallWidth + x) * colours + c] = Math.round(sums[c] / count);
    }
  }
  return {
    width: smallWidth,
    height: smallHeight,
    mode: colours === 3 ? 'rgb' : 'gray',
    bitDepth: 8,
    data: small,
    metadata: { orientation: metadata.orientation },
  };
}

/** The small picture in colours, blocks with something of the mask tinted. */
function marked(small: Picture, { width, height }: Picture, mask: Uint8Array): Picture {
  const channels = channelCount(small.mode);
  const data = new Uint8Array(small.width * small.height * 3);
  for (let y = 0; y < small.height; y++) {
    const [y0, y1] = block(y, small.height, height);
    for (let x = 0; x < small.width; x++) {
      const [x0, x1] = block(x, small.width, width);
      let isMarked = false;
      for (let row = y0; row < y1 && !isMarked; row++) {
        for (let at = row * width + x0; at < row * width + x1; at++) isMarked ||= mask[at] !== 0;
      }
      const at = y * small.width + x;
      for (let c = 0; c < 3; c++) {
        const value = small.data[at * channels + (channels === 3 ? c : 0)];
        data[at * 3 + c] = isMarked ? value + MARK_COVER * (MARK[c] - value) : value;
      }
    }
  }
  return { ...small, mode: 'rgb', data };
}

/** The pixels from … to (exclusive) that pixel `i` of `count` stands for. */
function block(i: number, count: number, length: number): [number, number] {
  const from = Math.floor((i * length) / count);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / count))];
}
