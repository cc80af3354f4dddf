import { InvalidArgumentError, type Command } from 'commander';
import { DAMAGE_KINDS, findOptionsSchema, type DamageKind, type FindOptions } from '../../contract/find.ts';
import { LangevinError } from '../../errors.ts';
import { parseJob } from '../engine/jobs/parse-job.ts';
import { integer, number } from './options.ts';

/** What counts as damage, as commander gives it; the same for every command that looks for it. */
export interface FindFlags {
  readonly kinds?: readonly DamageKind[];
  readonly sensitivity?: number;
  readonly minSize?: number;
  readonly negative?: boolean;
}

/** @param when  beginning of the descriptions, where the options count only then. */
export function addFindOptions(command: Command, when = ''): Command {
  return command
    .option('--kinds <list>', `${when}kinds of damage, such as crack,line: ${DAMAGE_KINDS.join(', ')}`, kinds)
    .option('--sensitivity <s>', `${when}0 marks only what is certain, 1 everything suspicious; else .5`, number)
    .option('--min-size <px>', `${when}leave out what has fewer pixels; else 12`, integer)
    .option('--negative', `${when}the picture is a negative (colour negatives are known by their orange)`);
}

/** @throws invalid-argument, naming the option and its range. */
export function findOptions({ kinds, sensitivity, minSize }: FindFlags): FindOptions {
  const given = {
    ...(kinds === undefined ? {} : { kinds }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(minSize === undefined ? {} : { minSize }),
  };
  return parseJob(findOptionsSchema, given, 'find');
}

/** @throws invalid-argument when options of the search are given and nothing is searched. */
export function assertNoFindOptions(flags: FindFlags): void {
  const given = (['kinds', 'sensitivity', 'minSize', 'negative'] as const).filter((name) => flags[name] !== undefined);
  if (given.length === 0) return;
  const names = given.map((name) => `--${name === 'minSize' ? 'min-size' : name}`);
  throw new LangevinError(
    'invalid-argument',
    `${names.join(', ')} say how to look for damage; give --mask auto as well.`,
  );
}

function kinds(text: string): DamageKind[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const kind = DAMAGE_KINDS.find((known) => known === name);
    if (kind === undefined) {
      throw new InvalidArgumentError(
        `${JSON.stringify(name)} is no kind of damage; there are ${DAMAGE_KINDS.join(', ')}.`,
      );
    }
    return kind;
  });
}
