import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadEnvironment } from './download-environment.js';

const NAMES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/**
 * Path of Electron's program where it is installed, by the rules of its package: a folder that
 * ELECTRON_OVERRIDE_DIST_PATH names (NixOS, Arch, machines without a network) goes first and needs no path.txt.
 * @param folder  of the package electron.
 */
export function electronProgram(folder, env = process.env) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const pathFile = join(folder, 'path.txt');
  const noted = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  if (noted === undefined && !override) return undefined;
  const path = join(override || join(folder, 'dist'), noted ?? NAMES[process.platform] ?? 'electron');
  return existsSync(path) ? path : undefined;
}

/** Why no program of Electron could show a window here, so that none is fetched; undefined when one could. */
export function whyNotHere(env = process.env, platform = process.platform) {
  if (platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY) return undefined;
  return 'There is no display for the desktop app (neither DISPLAY nor WAYLAND_DISPLAY is set).';
}

/** Fetches Electron's program with what its package brings; progress and the reason of a failure go to the terminal. */
export function fetchElectron(folder, onStart) {
  const script = fileURLToPath(new URL('fetch-electron.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: downloadEnvironment(process.env),
  });
  onStart(child);
  return new Promise((resolve) => {
    child.on('close', resolve);
  });
}
