// Fetches the program of Electron into the cache of @electron/get, showing how far it is, and lets the package of
// Electron unpack it from there. Its one argument is the folder of that package.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where there is no terminal to write over, a line each tenth. */
const isTerminal = process.stderr.isTTY === true;
const folder = process.argv[2];
const require = createRequire(join(folder, 'package.json'));

try {
  const { version } = require('./package.json');
  const { downloadArtifact, getHostArch } = await import(pathToFileURL(require.resolve('@electron/get')).href);
  process.stderr.write(`Fetching Electron ${version}, once …\n`);
  await downloadArtifact({
    version,
    artifactName: 'electron',
    platform: process.platform,
    arch: getHostArch(),
    cacheRoot: process.env.electron_config_cache,
    checksums: JSON.parse(readFileSync(join(folder, 'checksums.json'), 'utf8')),
    downloadOptions: { quiet: true, getProgressCallback: progress() },
  });
} catch (error) {
  process.stderr.write(`\nElectron could not be fetched: ${reasonOf(error)}\n`);
  process.exit(1);
}
// From the cache now.
const unpacked = spawnSync(process.execPath, [join(folder, 'install.js')], { encoding: 'utf8' });
if (unpacked.status !== 0) {
  const [reason = `exit code ${unpacked.status}`] = unpacked.stderr.split('\n').filter((line) => line.trim() !== '');
  process.stderr.write(`Electron could not be unpacked into ${folder}: ${reason}\n`);
  process.exit(1);
}

function progress() {
  let shown = -1;
  return ({ transferred, total }) => {
    const megabytes = (transferred / 1e6).toFixed(0);
    const percent = total === null ? undefined : Math.floor((100 * transferred) / total);
    const step =
      percent === undefined ? Math.floor(transferred / 1e7) : isTerminal ? percent : Math.floor(percent / 10);
    if (step === shown) return;
    shown = step;
    const text = percent === undefined ? `${megabytes} MB` : `${percent} % of ${(total / 1e6).toFixed(0)} MB`;
    process.stderr.write(isTerminal ? `\r  ${text} ${percent === 100 ? '\n' : ''}` : `  ${text}\n`);
  };
}

/** The innermost reason, in words; `fetch` hides it behind "fetch failed". */
function reasonOf(error) {
  let inner = error;
  while (inner.cause instanceof Error) inner = inner.cause;
  const text = [inner.code, inner.message].filter((part) => part !== undefined && part !== '').join(': ');
  switch (inner.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `the server does not answer (${text}). Behind a proxy: npm config set https-proxy URL; elsewhere: ELECTRON_MIRROR.`;
    case 'ENOSPC':
      return `the disk is full (${text}).`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `the folder cannot be written (${text}).`;
    default:
      return error.name === 'HTTPError' ? `the server refused it (${error.message}).` : `${text}`;
  }
}
