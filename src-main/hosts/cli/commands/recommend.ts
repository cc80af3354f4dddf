import { counted } from '../../../counted.ts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import { decodePicture } from '../../../images/decode.ts';
import { formatOfExtension } from '../../../images/formats.ts';
import { recommendLevels, type RecommendedLevels } from '../../../restore/recommend-levels.ts';
import { squareValues } from '../../../restore/square-values.ts';
import { readInputFile } from '../../files/read-file.ts';
import { addReportingOptions, decimal, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface RecommendFlags extends ReportingFlags {
  readonly size: number;
  readonly sigmaMin: number;
  readonly langevinSteps: number;
}

/** Pictures that are compared with one another; more would take long and say no more. */
const MOST = 2000;

/** `langevin recommend DIR` */
export function recommendCommand(): Command {
  const command = new Command('recommend')
    .description('noise levels for pictures like those of a folder (Song & Ermon 2020)')
    .argument('<folder>', 'pictures; the square in the middle of each is compared with those of the others')
    .option('--size <pixels>', 'side to which the squares are reduced: that of the pictures to draw', whole(4, 512), 64)
    .option('--sigma-min <s>', 'lowest noise level, on pictures in [-1, 1]', decimal(0, 1, { open: true }), 0.01)
    .option('--langevin-steps <t>', 'updates of annealed Langevin at each level', whole(1, 1000), 5);
  addReportingOptions(command);
  return command.action((folder: string, flags: RecommendFlags) => recommend(folder, flags));
}

async function recommend(folder: string, { size, sigmaMin, langevinSteps, ...flags }: RecommendFlags): Promise<void> {
  const output = new Output(flags);
  const pictures: Float32Array[] = [];
  for (const path of (await picturesIn(folder)).slice(0, MOST)) {
    try {
      pictures.push(squareValues(await decodePicture(await readInputFile(path), path), size));
    } catch (error) {
      output.say(`Left out: ${toLangevinError(error).message}`, { type: 'notice', picture: path });
    }
  }
  if (pictures.length < 2) {
    throw new LangevinError(
      'nothing-to-do',
      `${folder} has ${counted(pictures.length, 'picture')} to compare; it takes two.`,
    );
  }
  const levels = recommendLevels(pictures, { sigmaMin, langevinSteps });
  output.result(sentence(levels, size), { type: 'result', size, ...levels });
}

/** Paths of the pictures in a folder, in the order of their names. @throws file-not-found */
export async function picturesIn(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new LangevinError('file-not-found', `${folder} is not a folder that can be read.`, { cause: error });
  }
  return names
    .filter((name) => formatOfExtension(name) !== undefined)
    .sort()
    .map((name) => join(folder, name));
}

function sentence(levels: RecommendedLevels, size: number): string {
  const { pictures, sigmaMax, sigmaMin, ratio, levels: count, langevinSteps, langevinStep, varianceRatio } = levels;
  return [
    `${pictures} pictures at ${size} × ${size}:`,
    `  --sigma-max ${sigmaMax.toPrecision(4)}   the largest distance between two of them`,
    `  --sigma-min ${sigmaMin}`,
    `  --steps ${count} --schedule geometric   ratio ${ratio.toFixed(4)} between neighbouring levels`,
    `  --langevin-steps ${langevinSteps} --langevin-step ${langevinStep.toPrecision(3)}   ` +
      `keeps the variance of a level at ${varianceRatio.toFixed(3)}`,
  ].join('\n');
}
