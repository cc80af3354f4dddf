import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodePicture } from '../src-main/images/encode.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import type { TaskCase } from './task-cases.ts';

/** One fill of one damaged picture. */
export interface FillScore {
  readonly picture: string;
  readonly damage: string;
  readonly method: string;
  /** Inside the mask, dB, 8 bit. */
  readonly psnr: number;
  readonly seconds: number;
  /** Network passes of each window, a gradient counted as three; absent for classical methods. */
  readonly passes?: number;
}

/**
 * Figures of OpenCV and scikit-image on the same cases (bench/classical.py).
 * @returns an empty list, with a line on stderr, where Python or the packages are missing.
 */
export async function classicalFills(cases: readonly TaskCase[]): Promise<FillScore[]> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
  try {
    for (const { picture, damage, truth, mask } of cases) {
      await mkdir(join(folder, picture), { recursive: true });
      await writeFile(join(folder, picture, 'truth.png'), await encodePicture(truth, { format: 'png' }));
      const drawn: Picture = { ...truth, mode: 'gray', data: mask!.map((m) => m * 255) };
      await writeFile(join(folder, picture, `${damage.name}.png`), await encodePicture(drawn, { format: 'png' }));
    }
    const python = spawn(process.env['LANGEVIN_BENCH_PYTHON'] ?? '/usr/bin/python3', ['bench/classical.py', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const scores: FillScore[] = [];
    for await (const line of createInterface({ input: python.stdout })) scores.push(JSON.parse(line) as FillScore);
    if (scores.length === 0) {
      process.stderr.write('No classical figures: they need python3-opencv and python3-skimage.\n');
    }
    return scores;
  } finally {
    await rm(folder, { recursive: true });
  }
}
