#!/usr/bin/env node
// `npm start`: the desktop app, or, where Electron's program cannot be had, the same app in a browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const args = process.argv.slice(2);

const program = electronProgram();
if (program === undefined) {
  say('The desktop app needs the program of Electron, which is not here and could not be fetched.');
  say('Langevin opens in your browser instead.');
  run(process.execPath, [join(root, 'bin', 'langevin.js'), 'serve', '--open', ...args]);
} else if (isBuilt()) {
  run(program, [root, ...args]);
} else {
  say('The desktop app has not been built; run: npm run build:desktop');
  process.exitCode = 1;
}

/** Path of Electron's program, which its package fetches when it is first wanted; undefined when that fails. */
function electronProgram() {
  let folder;
  try {
    folder = dirname(require.resolve('electron/package.json'));
  } catch {
    return undefined;
  }
  const installed = () => {
    const pathFile = join(folder, 'path.txt');
    if (!existsSync(pathFile)) return undefined;
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'));
    return existsSync(path) ? path : undefined;
  };
  const there = installed();
  if (there !== undefined) return there;
  say('Fetching the program of Electron …');
  // What goes wrong is of no use to people: they get the browser.
  spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: 300_000 });
  return installed();
}

function isBuilt() {
  return [
    'out/main/index.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'out/node/hosts/app/app-service.js',
  ].every((file) => existsSync(join(root, file)));
}

function run(file, programArgs) {
  const child = spawn(file, programArgs, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('close', (code) => (process.exitCode = code ?? 1));
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
