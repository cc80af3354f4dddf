import type { Command } from 'commander';
import type { FileBytes } from '../../contract/jobs.ts';
import type { RestoreOptions, Task } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { readFileBytes } from './damage-options.ts';
import { decimal } from './options.ts';

/** How far a result goes, and where to, as commander gives it. */
export interface SteeringFlags {
  readonly strength?: number;
  readonly strengthMask?: string;
  readonly hints?: string;
}

/** How far a result goes from the picture as it was. */
export function addStrengthOption(command: Command): Command {
  return command.option(
    '--strength <s>',
    'how much of the change is kept: 1 all of it, 0 the picture as it was',
    decimal(0, 1),
  );
}

/** The same with what belongs to one picture. */
export function addSteeringOptions(command: Command): Command {
  return addStrengthOption(command)
    .option('--strength-mask <file>', 'how much of that each pixel has: white all, black none, greys in between')
    .option('--hints <file>', 'colorize: colours painted on a transparent picture of the same size, as PNG');
}

export function steeringOptions({ strength }: SteeringFlags): Pick<RestoreOptions, 'strength'> {
  return strength === undefined ? {} : { strength };
}

/** @throws invalid-argument for slices, which nothing of it steers; what reading throws */
export async function steeringFiles(
  { strengthMask, hints }: SteeringFlags,
  task: Task,
): Promise<{ strengthMask?: FileBytes; hints?: FileBytes }> {
  if (task === 'reconstruct' && (strengthMask !== undefined || hints !== undefined)) {
    throw new LangevinError(
      'invalid-argument',
      '--strength-mask and --hints steer pictures; a slice that is reconstructed has neither. Leave them out.',
    );
  }
  return {
    ...(strengthMask === undefined ? {} : { strengthMask: await readFileBytes(strengthMask) }),
    ...(hints === undefined ? {} : { hints: await readFileBytes(hints) }),
  };
}
