import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { toLangevinError } from '../../errors.ts';
import { batchCommand } from './commands/batch.ts';
import { decodeCommand } from './commands/decode.ts';
import { doctorCommand } from './commands/doctor.ts';
import { encodeCommand } from './commands/encode.ts';
import { findCommand } from './commands/find.ts';
import { inspectCommand } from './commands/inspect.ts';
import { likelihoodCommand } from './commands/likelihood.ts';
import { modelsCommand } from './commands/models.ts';
import { recipesCommand } from './commands/recipes.ts';
import { recommendCommand } from './commands/recommend.ts';
import { repairCommand } from './commands/repair.ts';
import { restoreCommand } from './commands/restore.ts';
import { sampleCommand } from './commands/sample.ts';
import { serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';
import { solversCommand } from './commands/solvers.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { Output } from './output.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// Whoever reads the output may stop reading (`| head`); the work goes on, and only other failures are failures.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const program = new Command('langevin')
  .description('Restores images by sampling the posterior of a score-based generative model.')
  .version(version)
  .showHelpAfterError('(langevin <command> --help tells more)')
  .addCommand(restoreCommand())
  .addCommand(repairCommand())
  .addCommand(findCommand())
  .addCommand(inspectCommand())
  .addCommand(recipesCommand())
  .addCommand(batchCommand())
  .addCommand(simulateCommand())
  .addCommand(sampleCommand())
  .addCommand(encodeCommand())
  .addCommand(decodeCommand())
  .addCommand(likelihoodCommand())
  .addCommand(recommendCommand())
  .addCommand(solversCommand())
  .addCommand(modelsCommand())
  .addCommand(serveCommand())
  .addCommand(doctorCommand());

// Commands take these settings at their creation; subcommands added by hand do not inherit them.
for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
  command.exitOverride();
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what was wrong, or printed the help that was asked for.
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    const json = process.argv.includes('--json');
    new Output({ json }).failure(toLangevinError(error));
    process.exitCode = exitCodeOf(error);
  }
}
