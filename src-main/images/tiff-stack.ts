import { withCodec } from './codec.ts';
import type { Volume } from './volume.ts';

/** Writes a volume as a TIFF of a page for each slice: 32-bit floats, deflated without loss. */
export async function writeTiffStack({ width, height, depth, data }: Omit<Volume, 'place'>): Promise<Uint8Array> {
  return withCodec((codec) => {
    const image = codec.Image.newFromMemory(data, width, height * depth, 1, codec.BandFormat.float);
    try {
      return image.tiffsaveBuffer({ compression: 'deflate', keep: 'none', page_height: height });
    } finally {
      image.delete();
    }
  });
}
