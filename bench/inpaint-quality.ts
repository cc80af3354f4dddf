import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { inpaint } from '../src-main/restore/inpaint.ts';
import type { SolverSettings } from '../src-main/restore/settings.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { damages, type Damage } from './damage.ts';
import { SHARED_DATA } from './shipped-network.ts';

/** A picture with one damage. */
export interface Case {
  readonly picture: string;
  readonly damage: Damage;
  readonly truth: Picture;
  readonly mask: Uint8Array;
}

export interface Score {
  readonly picture: string;
  readonly damage: string;
  readonly method: string;
  /** Inside the mask, dB, 8 bit. */
  readonly psnr: number;
  readonly seconds: number;
  readonly nfe?: number;
  readonly vjps?: number;
}

/**
 * Every validation picture with every damage, always the same.
 * @param crop  side of the central square that is used, pixels.
 */
export async function inpaintingCases(crop = 512): Promise<Case[]> {
  const folder = join(SHARED_DATA, 'val-photos');
  const cases: Case[] = [];
  for (const [index, file] of (await readdir(folder)).sort().entries()) {
    const truth = centre(await decodePicture(new Uint8Array(await readFile(join(folder, file))), file), crop);
    for (const [d, [damage, make]] of Object.entries(damages).entries()) {
      const mask = make(truth.width, truth.height, new RandomGenerator(2026, index, d));
      cases.push({ picture: basename(file, '.png'), damage: damage as Damage, truth, mask });
    }
  }
  return cases;
}

/** Restores one case and measures it. The damaged pixels are black, so that nothing of the truth can leak. */
export async function scoreSolver(
  { picture, damage, truth, mask }: Case,
  settings: SolverSettings,
  network: ScoreNetwork,
): Promise<Score> {
  const data = truth.data.slice();
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) data.fill(0, 3 * i, 3 * i + 3);
  const start = performance.now();
  const request = { picture: { ...truth, data }, mask, sigmaY: 0, settings, seed: 0, samples: 1 };
  const run = inpaint(request, network, () => performance.now(), undefined);
  let restored: Picture | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const { nfe, vjps, windows } = next.value;
      return {
        picture,
        damage,
        method: settings.solver,
        psnr: psnrInside(restored!, truth, mask),
        seconds: (performance.now() - start) / 1000,
        nfe: nfe / windows,
        vjps: vjps / windows,
      };
    }
    if (next.value.type === 'sample') restored = next.value.picture;
  }
}

/**
 * Figures of Debian's python3-opencv and python3-skimage on the same cases (bench/classical.py).
 * @returns an empty list, with a line on stderr, where Python or the packages are missing.
 */
export async function classicalScores(cases: readonly Case[]): Promise<Score[]> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
  try {
    for (const { picture, damage, truth, mask } of cases) {
      await mkdir(join(folder, picture), { recursive: true });
      await writeFile(join(folder, picture, 'truth.png'), await encodePicture(truth, { format: 'png' }));
      const drawn: Picture = { ...truth, mode: 'gray', data: mask.map((m) => m * 255) };
      await writeFile(join(folder, picture, `${damage}.png`), await encodePicture(drawn, { format: 'png' }));
    }
    const python = spawn('/usr/bin/python3', ['bench/classical.py', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const scores: Score[] = [];
    for await (const line of createInterface({ input: python.stdout })) scores.push(JSON.parse(line) as Score);
    if (scores.length === 0) {
      process.stderr.write('No classical figures: they need python3-opencv and python3-skimage.\n');
    }
    return scores;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** PSNR over the painted pixels of three channels, peak 255. */
function psnrInside(a: Picture, b: Picture, mask: Uint8Array): number {
  let squares = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    for (let c = 0; c < 3; c++) squares += (a.data[3 * i + c] - b.data[3 * i + c]) ** 2;
    count += 3;
  }
  return 10 * Math.log10((255 ** 2 * count) / squares);
}

function centre(picture: Picture, side: number): Picture {
  const width = Math.min(side, picture.width);
  const height = Math.min(side, picture.height);
  const left = (picture.width - width) >> 1;
  const top = (picture.height - height) >> 1;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * 3;
    data.set(picture.data.subarray(start, start + 3 * width), 3 * y * width);
  }
  return { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}
