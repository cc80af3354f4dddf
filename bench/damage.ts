import type { RandomGenerator } from '../src-main/tensor/random.ts';

/** The damages of the inpainting table; each gives height × width, 1 = lost. */
export const damages = {
  scratch: scratches,
  text: overlayText,
  'box 32': (width: number, height: number, random: RandomGenerator) => box(width, height, 32, random),
  blots: (width: number, height: number, random: RandomGenerator) => blots(width, height, random),
  'random 75 %': (width: number, height: number, random: RandomGenerator) => scattered(width, height, 0.75, random),
} as const;
export type Damage = keyof typeof damages;

/** Crooked lines three to four pixels wide, ten to a 512² picture. */
function scratches(width: number, height: number, random: RandomGenerator): Uint8Array {
  const mask = new Uint8Array(width * height);
  const count = Math.max(1, Math.round((10 * width * height) / 512 ** 2));
  for (let k = 0; k < count; k++) {
    let x = random.uniform() * width;
    let y = random.uniform() * height;
    let angle = random.uniform() * 2 * Math.PI;
    for (let step = 0; step < 250; step++) {
      for (let i = -1; i <= 2; i++) {
        for (let j = -1; j <= 2; j++) set(mask, width, height, Math.round(x) + j, Math.round(y) + i);
      }
      angle += 0.15 * random.normal();
      x += Math.cos(angle);
      y += Math.sin(angle);
    }
  }
  return mask;
}

// A 5 × 7 face, a row of each letter a hexadecimal digit pair, so that no font file is needed.
const FACE: Readonly<Record<string, readonly number[]>> = {
  L: [16, 16, 16, 16, 16, 16, 31],
  A: [14, 17, 17, 31, 17, 17, 17],
  N: [17, 25, 21, 19, 17, 17, 17],
  G: [14, 17, 16, 23, 17, 17, 14],
  E: [31, 16, 16, 30, 16, 16, 31],
  V: [17, 17, 17, 17, 17, 10, 4],
  I: [14, 4, 4, 4, 4, 4, 14],
};

/** Lines of lettering 14 × 20 pixels with strokes of 2 to 3, over the whole picture. */
function overlayText(width: number, height: number, random: RandomGenerator): Uint8Array {
  const mask = new Uint8Array(width * height);
  const letters = [...'LANGEVIN'];
  const scale = 2.8;
  for (let top = 20; top + 20 < height; top += 60) {
    let letter = Math.floor(random.uniform() * letters.length);
    for (let left = 10 + Math.floor(random.uniform() * 20); left + 14 < width; left += 18) {
      const rows = FACE[letters[letter++ % letters.length]];
      for (let y = 0; y < Math.floor(7 * scale); y++) {
        for (let x = 0; x < Math.floor(5 * scale); x++) {
          const bit = (rows[Math.floor(y / scale)] >> (4 - Math.floor(x / scale))) & 1;
          if (bit === 1) set(mask, width, height, left + x, top + y);
        }
      }
    }
  }
  return mask;
}

function box(width: number, height: number, side: number, random: RandomGenerator): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let k = 0; k < 4; k++) {
    const left = Math.floor(random.uniform() * (width - side));
    const top = Math.floor(random.uniform() * (height - side));
    for (let y = top; y < top + side; y++) mask.fill(1, y * width + left, y * width + left + side);
  }
  return mask;
}

/** Two ragged blots 24 to 64 pixels across, well inside the picture. */
function blots(width: number, height: number, random: RandomGenerator): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let k = 0; k < 2; k++) {
    const radius = 12 + 20 * random.uniform();
    const cx = width * (0.25 + 0.5 * random.uniform());
    const cy = height * (0.25 + 0.5 * random.uniform());
    const phase = 2 * Math.PI * random.uniform();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const angle = Math.atan2(y - cy, x - cx);
        if (Math.hypot(x - cx, y - cy) < radius * (1 + 0.18 * Math.sin(3 * angle + phase))) mask[y * width + x] = 1;
      }
    }
  }
  return mask;
}

function scattered(width: number, height: number, share: number, random: RandomGenerator): Uint8Array {
  return Uint8Array.from({ length: width * height }, () => (random.uniform() < share ? 1 : 0));
}

function set(mask: Uint8Array, width: number, height: number, x: number, y: number): void {
  if (x >= 0 && x < width && y >= 0 && y < height) mask[y * width + x] = 1;
}
