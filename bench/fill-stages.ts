import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { fillPicture, paintFill } from '../src-main/restore/fill-picture.ts';
import { restore } from '../src-main/restore/restore.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { ROOT, shippedNetwork } from './shipped-network.ts';

/**
 * `npm run bench -- fill-stages`: the picture of docs/fills.md. A part of the sample picture with a blot and two scratches;
 * from left to right what is damaged, the smooth fill, the exemplar fill, both by the local width, the doubt τ
 * (white = .3), the default's result, the original.
 */
const SIDE = 144;
const [LEFT, TOP] = [150, 100];
const ZOOM = 2;
const GAP = 6;

const file = await readFile(join(ROOT, 'resources/samples/chelsea.png'));
const original = await decodePicture(new Uint8Array(file), 'chelsea.png');
const { width, height } = original;
const mask = new Uint8Array(width * height);
for (let y = 0; y < SIDE; y++) {
  for (let x = 0; x < SIDE; x++) {
    const angle = Math.atan2(y - 88, x - 52);
    const isBlot = Math.hypot(x - 52, y - 88) < 20 * (1 + 0.18 * Math.sin(3 * angle));
    const isScratch =
      Math.abs(y - 0.6 * x - 10 - 4 * Math.sin(x / 9)) < 2 || Math.abs(x - 120 - 3 * Math.sin(y / 12)) < 1.5;
    if (isBlot || isScratch) mask[(TOP + y) * width + LEFT + x] = 1;
  }
}
const damaged = { ...original, data: original.data.map((v, i) => (mask[Math.floor(i / 3)] === 0 ? v : 255)) };

const filled = async (kind: 'smooth' | 'exemplar' | 'auto') => {
  const request = { picture: damaged, mask, kind, seed: 1 };
  const fill = await fillPicture(request);
  return { fill, picture: paintFill(request, fill) };
};
const [smooth, exemplar, auto] = [await filled('smooth'), await filled('exemplar'), await filled('auto')];
const doubt = { ...original, data: new Uint8Array(original.data.length) };
for (const { frame, core, tau } of auto.fill.windows) {
  for (let y = core.y; y < core.y + core.height; y++) {
    for (let x = core.x; x < core.x + core.width; x++) {
      const value = Math.min(255, (255 / 0.3) * tau[(y - frame.y) * frame.width + x - frame.x]);
      if (mask[y * width + x] !== 0) doubt.data.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
}
const network = await shippedNetwork('photo');
let balanced: Picture | undefined;
const options = parseRestoreOptions({ task: 'inpaint', seed: 1 });
for await (const event of restore({ picture: damaged, mask, options }, network, { now: () => performance.now() })) {
  if (event.type === 'sample') balanced = event.picture;
}
await network.dispose();

const panels = [damaged, smooth.picture, exemplar.picture, auto.picture, doubt, balanced!, original];
const panel = SIDE * ZOOM;
const sheetWidth = panels.length * panel + (panels.length - 1) * GAP;
const sheet = new Uint8Array(sheetWidth * panel * 3).fill(255);
panels.forEach(({ data }, k) => {
  for (let y = 0; y < panel; y++) {
    for (let x = 0; x < panel; x++) {
      const from = 3 * ((TOP + Math.floor(y / ZOOM)) * width + LEFT + Math.floor(x / ZOOM));
      sheet.set(data.subarray(from, from + 3), 3 * (y * sheetWidth + k * (panel + GAP) + x));
    }
  }
});
await mkdir(join(ROOT, 'docs/images'), { recursive: true });
const picture: Picture = {
  width: sheetWidth,
  height: panel,
  mode: 'rgb',
  bitDepth: 8,
  data: sheet,
  metadata: { orientation: 1 },
};
await writeFile(join(ROOT, 'docs/images/fill-stages.png'), await encodePicture(picture, { format: 'png' }));
