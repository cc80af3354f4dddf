import { channelCount, type Picture } from '../tensor/picture.ts';

/** The picture at most `side` pixels a side, by means over blocks, in its own depth; a smaller one as it is. */
export function reduced(picture: Picture, side: number): Picture {
  const { width, height, mode, data } = picture;
  const factor = Math.max(width, height) / side;
  if (factor <= 1) return picture;
  const channels = channelCount(mode);
  const small = { width: Math.max(1, Math.round(width / factor)), height: Math.max(1, Math.round(height / factor)) };
  const out = data.slice(0, small.width * small.height * channels);
  const sums = new Float64Array(channels);
  for (let y = 0; y < small.height; y++) {
    const [y0, y1] = block(y, small.height, height);
    for (let x = 0; x < small.width; x++) {
      const [x0, x1] = block(x, small.width, width);
      sums.fill(0);
      for (let sy = y0; sy < y1; sy++) {
        for (let sx = x0; sx < x1; sx++) {
          const at = (sy * width + sx) * channels;
          for (let c = 0; c < channels; c++) sums[c] += data[at + c];
        }
      }
      const count = (y1 - y0) * (x1 - x0);
      for (let c = 0; c < channels; c++) out[(y * small.width + x) * channels + c] = Math.round(sums[c] / count);
    }
  }
  return { ...picture, ...small, data: out };
}

/** The pixels from … to (exclusive) that pixel `i` of `count` stands for. */
function block(i: number, count: number, length: number): [number, number] {
  const from = Math.floor((i * length) / count);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / count))];
}
