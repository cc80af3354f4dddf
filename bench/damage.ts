import type { Picture } from '../src-main/tensor/picture.ts';
import type { RandomGenerator } from '../src-main/tensor/random.ts';
import { fineDetail } from './picture-quality.ts';

/** The damages of the inpainting table, of a size, a generator and the picture; each gives height × width, 1 = lost. */
export const damages = {
  scratch: scratches,
  text: overlayText,
  'box 32': (width: number, height: number, random: RandomGenerator) => box(width, height, 32, random),
  blots,
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

/** Candidates for the place of a blot. */
const PLACES = 200;

/**
 * Two ragged blots 24 to 64 pixels across, well inside the picture, in its most textured places: where fine detail is
 * everywhere, in the hole and around it (15th percentile of its logarithm), so that what belongs there can be told.
 */
function blots(width: number, height: number, random: RandomGenerator, picture: Picture): Uint8Array {
  const mask = new Uint8Array(width * height);
  const detail = fineDetail(picture);
  for (let k = 0; k < 2; k++) {
    const radius = 12 + 20 * random.uniform();
    const phase = 2 * Math.PI * random.uniform();
    let best: { score: number; cx: number; cy: number } | undefined;
    for (let place = 0; place < PLACES; place++) {
      const cx = width * (0.2 + 0.6 * random.uniform());
      const cy = height * (0.2 + 0.6 * random.uniform());
      const score = texture(detail, mask, width, height, cx, cy, 1.18 * radius + 12);
      if (best === undefined || score > best.score) best = { score, cx, cy };
    }
    const { cx, cy } = best!;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const angle = Math.atan2(y - cy, x - cx);
        if (Math.hypot(x - cx, y - cy) < radius * (1 + 0.18 * Math.sin(3 * angle + phase))) mask[y * width + x] = 1;
      }
    }
  }
  return mask;
}

/** 15th percentile of the logarithm of detail in 9 × 9 squares within a circle; −∞ where a mask is near. */
function texture(
  detail: Float64Array,
  mask: Uint8Array,
  width: number,
  height: number,
  cx: number,
  cy: number,
  radius: number,
): number {
  const energies: number[] = [];
  for (let y = Math.max(4, Math.ceil(cy - radius)); y < Math.min(height - 4, cy + radius); y += 4) {
    for (let x = Math.max(4, Math.ceil(cx - radius)); x < Math.min(width - 4, cx + radius); x += 4) {
      if (Math.hypot(x - cx, y - cy) > radius) continue;
      if (mask[y * width + x] !== 0) return -Infinity;
      let sum = 0;
      for (let py = y - 4; py <= y + 4; py++) for (let px = x - 4; px <= x + 4; px++) sum += detail[py * width + px];
      energies.push(Math.log(sum / 81 + 0.5));
    }
  }
  return energies.toSorted((a, b) => a - b)[Math.floor(0.15 * energies.length)];
}

function scattered(width: number, height: number, share: number, random: RandomGenerator): Uint8Array {
  return Uint8Array.from({ length: width * height }, () => (random.uniform() < share ? 1 : 0));
}

function set(mask: Uint8Array, width: number, height: number, x: number, y: number): void {
  if (x >= 0 && x < width && y >= 0 && y < height) mask[y * width + x] = 1;
}
