// Draws the icons of the packages from icon.svg: PNG for Linux, ICO for Windows, ICNS for macOS, into out/packaging.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import load from 'wasm-vips';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'out', 'packaging');

/** Pixels of the SVG's own side. */
const DRAWN = 1024;
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const WINDOWS = [16, 24, 32, 48, 64, 128, 256];
/** Types of ICNS by side; the same picture serves a size and half of it on a dense screen. */
const MACOS = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

const vips = await load({ dynamicLibraries: ['vips-resvg.wasm'] });
const svg = await readFile(new URL('icon.svg', import.meta.url));
const pngs = new Map();
for (const size of LINUX) {
  drawn(vips.Image.svgloadBuffer(svg, { scale: size / DRAWN }), (image) => {
    pngs.set(size, Buffer.from(image.writeToBuffer('.png', { compression: 9 })));
  });
}
await mkdir(join(target, 'icons'), { recursive: true });
for (const size of LINUX) await writeFile(join(target, 'icons', `${size}x${size}.png`), pngs.get(size));
await writeFile(join(target, 'icon.ico'), ico(WINDOWS));
await writeFile(join(target, 'icon.icns'), icns(MACOS));
vips.shutdown();

function drawn(image, use) {
  try {
    use(image);
  } finally {
    image.delete();
  }
}

/** Icons as PNG, which Windows reads since Vista. */
function ico(sizes) {
  const header = Buffer.alloc(6);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sizes.length, 4);
  let offset = 6 + 16 * sizes.length;
  const entries = sizes.map((size) => {
    const entry = Buffer.alloc(16);
    // 0 stands for 256.
    entry.writeUInt8(size % 256, 0);
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(pngs.get(size).length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += pngs.get(size).length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...sizes.map((size) => pngs.get(size))]);
}

function icns(types) {
  const parts = types.map(([type, size]) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + pngs.get(size).length, 4);
    return Buffer.concat([head, pngs.get(size)]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}
