#!/usr/bin/env node
// `npm start`: the desktop app, or, where Electron's program cannot be had or does not run, the same app in a browser.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyEnded } from './start/early-end.js';
import { electronProgram, fetchElectron, whyNotHere } from './start/electron-program.js';
import { buildMissing } from './start/parts.js';

/** A program that ends this soon with a failure has not shown a window, in milliseconds. */
const EARLY_MS = 10_000;
/** What is kept of its words for the diagnosis, characters. */
const KEPT = 16_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
/** The signal that people have ended this with; nothing is opened after it. */
let ending;
let child;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ending = signal;
    child?.kill(signal);
  });
}

process.exitCode = await start();

async function start() {
  if (!(await buildMissing(root, say))) return 1;
  const problem = await desktop();
  if (problem === undefined) return process.exitCode ?? 0;
  if (ending !== undefined) return 128 + constants.signals[ending];
  say(problem);
  say('Langevin opens in your browser instead.');
  return browser();
}

/** Runs the desktop app to its end. @returns why that could not be. */
async function desktop() {
  const folder = electronFolder();
  if (folder === undefined) {
    return 'The desktop app needs Electron, and node_modules has none (npm ci installs it unless told to omit=dev).';
  }
  let program = electronProgram(folder);
  if (program === undefined) {
    const useless = whyNotHere();
    if (useless !== undefined) return useless;
    await fetchElectron(folder, (started) => (child = started));
    if (ending !== undefined) return '';
    program = electronProgram(folder);
    if (program === undefined) return 'The desktop app needs the program of Electron, which could not be fetched.';
  }
  const { code, signal, output, error, elapsed } = await runHeld(program, [root, ...args]);
  if (ending !== undefined) return '';
  if (error === undefined && (code === 0 || elapsed > EARLY_MS)) {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    return undefined;
  }
  return whyEnded({ code, signal, output, error, program, isRoot: process.getuid?.() === 0 });
}

function electronFolder() {
  try {
    return join(createRequire(import.meta.url).resolve('electron/package.json'), '..');
  } catch {
    return undefined;
  }
}

/** Runs a program whose words on stderr are held back for as long as it may be failing to start. */
function runHeld(program, programArgs) {
  const begun = Date.now();
  const env = { ...process.env };
  // Set in terminals inside of editors; it would make a bare Node.js of Electron.
  delete env.ELECTRON_RUN_AS_NODE;
  child = spawn(program, programArgs, { stdio: ['inherit', 'inherit', 'pipe'], env });
  let output = '';
  let isHeld = true;
  const letThrough = () => {
    if (isHeld) process.stderr.write(output);
    isHeld = false;
  };
  child.stderr.on('data', (chunk) => {
    if (isHeld) output = (output + chunk).slice(-KEPT);
    else process.stderr.write(chunk);
  });
  const timer = setTimeout(letThrough, EARLY_MS);
  return new Promise((resolve) => {
    const end = (result) => {
      clearTimeout(timer);
      if (result.code === 0) letThrough();
      resolve({ output, elapsed: Date.now() - begun, ...result });
    };
    child.on('error', (error) => end({ code: null, signal: null, error }));
    child.on('close', (code, signal) => end({ code, signal }));
  });
}

function browser() {
  if (args.length > 0) say(`Open there what was named here: ${args.join(' ')}`);
  child = spawn(process.execPath, [join(root, 'bin', 'langevin.js'), 'serve', '--open'], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function say(text) {
  if (text !== '') process.stderr.write(`${text}\n`);
}
