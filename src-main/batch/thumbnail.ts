import { encodePicture } from '../images/encode.ts';
import { displayedPicture } from '../images/orientation.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';

const SIDE = 128;
const QUALITY = 60;
/** Shows through where the picture is transparent. */
const BACKDROP = 128;

/** A JPEG file of the picture as displayed, at most 128 pixels a side, without metadata. */
export async function makeThumbnail(picture: Picture): Promise<Uint8Array> {
  return encodePicture(displayedPicture(shrink(picture)), { format: 'jpeg', quality: QUALITY, chroma: '4:2:0' });
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

/** The pixels from … to (exclusive) that pixel `i` of `count` stands for. */
function block(i: number, count: number, length: number): [number, number] {
  const from = Math.floor((i * length) / count);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / count))];
}
