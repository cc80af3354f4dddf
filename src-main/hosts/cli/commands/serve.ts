import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { invalidArgument, LangevinError } from '../../../errors.ts';
import { IdleEnd } from '../../browser/idle-end.ts';
import { serveApp } from '../../browser/serve-app.ts';
import { integer, number } from '../options.ts';
import { Output } from '../output.ts';

interface ServeFlags {
  readonly port?: number;
  readonly open?: boolean;
  readonly idleShutdown?: number;
  readonly folder?: readonly string[];
  readonly json?: boolean;
}

/** `langevin serve` */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('open the app in a browser on this machine')
    .option('--port <p>', 'port on 127.0.0.1; 0: any that is free (default: the last one, if it is free)', integer)
    .option('--open', 'open the browser')
    .option('--idle-shutdown <minutes>', 'end when no page has been open for so long and nothing is computed', number)
    .option('--folder <folder...>', 'folders that batches may read and write')
    .option('--json', 'one JSON object per line on stdout');
  return command.action((flags: ServeFlags) => serve(flags, command.parent?.version() ?? ''));
}

/** Runs until Ctrl-C, or until nobody has looked for the time given. */
async function serve(flags: ServeFlags, version: string): Promise<void> {
  const { port, idleShutdown, folder = [] } = flags;
  const output = new Output({ json: flags.json });
  if (port !== undefined && (port < 0 || port > 65_535)) {
    throw invalidArgument('--port', 'a number from 0 to 65535', port);
  }
  if (idleShutdown !== undefined && idleShutdown <= 0) {
    throw invalidArgument('--idle-shutdown', 'a number of minutes above 0', idleShutdown);
  }
  for (const path of folder) await assertFolder(path);

  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let idle: IdleEnd | undefined;
  const app = await serveApp({
    ...{ version, port },
    folders: folder.map((path) => resolve(path)),
    onPages: (count) => idle?.pages(count),
  });
  if (idleShutdown !== undefined) {
    idle = new IdleEnd({ afterMs: idleShutdown * 60_000, isBusy: () => app.service.isBusy, end });
    idle.pages(0);
  }
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const { url } = app.server;
  output.say(`Langevin runs at ${url}\nThe address works once. Press Ctrl-C to end.`, { type: 'serving', url });
  if (flags.open) openBrowser(url);
  await ended;
  idle?.cancel();
  await app.close();
}

async function assertFolder(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isDirectory()) throw new LangevinError('file-not-found', `--folder ${path}: there is no such folder.`);
}

/** The address is printed as well, for where this does nothing. */
function openBrowser(url: string): void {
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
