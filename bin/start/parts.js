import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** One file of each part that `npm run build` makes. */
const PARTS = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html', 'out/node/hosts/cli/main.js'];

/** Builds what is not built. @returns whether all of it is there now. */
export async function buildMissing(root, say) {
  const missing = () => PARTS.filter((file) => !existsSync(join(root, file)));
  if (missing().length === 0) return true;
  say('Building Langevin, once …');
  // npm says where it is; under Windows its own name is a script, which needs a shell.
  const { npm_execpath: npm } = process.env;
  const [program, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const built = spawnSync(program, [...args, 'run', 'build'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: program === 'npm' && process.platform === 'win32',
  });
  if (built.status === 0 && missing().length === 0) return true;
  say(`Langevin is not built (there is no ${missing()[0] ?? PARTS[0]}). Run: npm ci && npm run build`);
  return false;
}
