import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { OUTPUT_FORMATS } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { addFindOptions } from '../find-options.ts';
import { addNetworkOptions, addReportingOptions, integer } from '../options.ts';
import { restoreFile, type RestoreFlags } from './restore.ts';

/** `langevin repair IN -o OUT`: finds the damage of an old photograph and fills it, with nothing else to decide. */
export function repairCommand(): Command {
  const command = new Command('repair')
    .description('find the damage of an old photograph and fill it; everything else stays as it is')
    .argument('<picture>', 'JPEG, PNG, WebP or TIFF; for folders: langevin batch --mask auto')
    .requiredOption('-o, --output <file>', 'where to write the result; its ending chooses the format');
  addFindOptions(command);
  addNetworkOptions(command)
    .option('--seed <n>', 'seed of all randomness', integer, 0)
    .addOption(new Option('--format <name>', 'format of the result, when not by its ending').choices(OUTPUT_FORMATS))
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', integer);
  addReportingOptions(command);
  return command.action(async (picture: string, flags: Omit<RestoreFlags, 'samples'>) => {
    if ((await stat(picture).catch(() => undefined))?.isDirectory()) {
      throw new LangevinError(
        'file-unreadable',
        `${picture} is a folder; repair all its pictures with: langevin batch ${picture} -o FOLDER --mask auto`,
      );
    }
    await restoreFile(picture, { ...flags, samples: 1, mask: 'auto', task: 'inpaint' });
  });
}
