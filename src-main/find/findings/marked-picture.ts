import type { DamageKind, Finding } from '../../contract/find.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';

/** Colours of the kinds, apart from each other for people who confuse red and green, too (Okabe and Ito, 2008). */
export const KIND_COLOURS: Readonly<Record<DamageKind, readonly [number, number, number]>> = {
  line: [86, 180, 233],
  speck: [240, 228, 66],
  crack: [213, 94, 0],
  loss: [204, 121, 167],
  text: [0, 158, 115],
};

/** How much of the colour covers what is marked. */
const COVER = 0.6;

/** The picture in 8-bit colours with the findings in the colours of their kinds. @param picture  as displayed. */
export function markedPicture(picture: Picture, findings: readonly Finding[]): Picture {
  const { width, height, mode, bitDepth, data } = picture;
  const channels = channelCount(mode);
  const shift = bitDepth === 8 ? 0 : 8;
  const out = new Uint8Array(width * height * 3);
  for (let i = 0, from = 0, to = 0; i < width * height; i++, from += channels, to += 3) {
    for (let c = 0; c < 3; c++) out[to + c] = data[from + (channels < 3 ? 0 : c)] >> shift;
  }
  const isMarked = new Uint8Array(width * height);
  for (const { kind, runs } of findings) {
    const colour = KIND_COLOURS[kind];
    for (let i = 0; i < runs.length; i += 3) {
      for (let at = runs[i] * width + runs[i + 1]; at < runs[i] * width + runs[i + 2]; at++) {
        if (isMarked[at] === 1) continue;
        isMarked[at] = 1;
        for (let c = 0; c < 3; c++) out[at * 3 + c] += COVER * (colour[c] - out[at * 3 + c]);
      }
    }
  }
  return { width, height, mode: 'rgb', bitDepth: 8, data: out, metadata: { orientation: 1 } };
}
