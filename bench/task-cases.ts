import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  parseRestoreOptions,
  type Preset,
  type RestoreOptions,
  type Task,
} from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { restore } from '../src-main/restore/restore.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import type { TunedSolver } from '../src-main/restore/tuned.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { damages, type Damage } from './damage.ts';
import { SHARED_DATA } from './shipped-network.ts';

/** Damages that the tables of tasks are made with. */
export const taskDamages = [
  { name: 'scratch', options: { task: 'inpaint' }, mask: 'scratch' },
  { name: 'text', options: { task: 'inpaint' }, mask: 'text' },
  { name: 'box 32', options: { task: 'inpaint' }, mask: 'box 32' },
  { name: 'blots', options: { task: 'inpaint' }, mask: 'blots' },
  { name: 'random 75 %', options: { task: 'inpaint' }, mask: 'random 75 %' },
  { name: 'noise 25', options: { task: 'denoise', noise: 25 } },
  { name: 'blur 1.6, noise 2', options: { task: 'deblur', blurSigma: 1.6, noise: 2 } },
  { name: 'reduced ×4', options: { task: 'super-resolve', scale: 4 } },
  { name: 'grey', options: { task: 'colorize' } },
] as const;
export type TaskDamage = (typeof taskDamages)[number];

/** Random stream of each mask, so that a new damage leaves the others as they are. */
const STREAMS: Readonly<Record<Damage, number>> = { scratch: 0, text: 1, 'box 32': 2, 'random 75 %': 3, blots: 4 };

/** A validation picture with one damage. */
export interface TaskCase {
  readonly picture: string;
  readonly damage: TaskDamage;
  readonly truth: Picture;
  readonly mask: Uint8Array | undefined;
  readonly measured: Picture;
  readonly options: RestoreOptions;
}

/**
 * Central squares of the validation pictures with the damages of a task, always the same.
 * @param every  uses every so many pictures only.
 */
export async function taskCases(task: Task, crop: number, every: number): Promise<TaskCase[]> {
  const folder = join(SHARED_DATA, 'val-photos');
  const cases: TaskCase[] = [];
  for (const [index, file] of (await readdir(folder)).sort().entries()) {
    if (index % every !== 0) continue;
    const truth = centre(await decodePicture(new Uint8Array(await readFile(join(folder, file))), file), crop);
    for (const damage of taskDamages.filter(({ options }) => options.task === task)) {
      const options = parseRestoreOptions({ ...damage.options, seed: index });
      const mask =
        'mask' in damage
          ? damages[damage.mask](
              truth.width,
              truth.height,
              new RandomGenerator(2026, index, STREAMS[damage.mask]),
              truth,
            )
          : undefined;
      const measured = simulateDamage({ picture: truth, mask, options });
      cases.push({ picture: basename(file, '.png'), damage, truth, mask, measured, options });
    }
  }
  return cases;
}

/** What a solver made of a case. */
export interface Restored {
  readonly picture: Picture;
  readonly solver: string;
  /** Network passes of each window, a gradient counted as three. */
  readonly passes: number;
  readonly seconds: number;
}

/** Restores a case with settings in place of the task's default; absent: the default. */
export async function restoreCase(
  { measured, mask, options }: TaskCase,
  network: ScoreNetwork,
  settings?: TunedSolver,
  preset: Preset = 'balanced',
): Promise<Restored> {
  const tuned = settings === undefined ? {} : { tuned: { [options.task]: [settings] } };
  const run = restore({ picture: measured, mask, options: { ...options, preset } }, network, {
    now: () => performance.now(),
    ...tuned,
  });
  let picture: Picture | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const { nfe, vjps, windows, seconds, solver } = next.value;
      return { picture: picture!, solver, passes: Math.round((nfe + 2 * vjps) / windows), seconds };
    }
    if (next.value.type === 'sample') picture = next.value.picture;
  }
}

/** The central square of an RGB picture, without metadata. */
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
