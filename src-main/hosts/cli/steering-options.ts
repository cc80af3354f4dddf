import type { Command } from 'commander';
import type { FileBytes } from '../../contract/jobs.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
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

/** @throws what reading throws */
export async function steeringFiles({
  strengthMask,
  hints,
}: SteeringFlags): Promise<{ strengthMask?: FileBytes; hints?: FileBytes }> {
  return {
    ...(strengthMask === undefined ? {} : { strengthMask: await readFileBytes(strengthMask) }),
    ...(hints === undefined ? {} : { hints: await readFileBytes(hints) }),
  };
}
