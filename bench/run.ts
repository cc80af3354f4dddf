import { spawnSync } from 'node:child_process';

/**
 * `npm run bench -- NAME … [FILE …]`: each benchmark is a file of its own; without a name, those of docs/benchmarks.md. Paths are
 * for those that take files.
 */
const given = process.argv.slice(2);
const isPath = (argument: string): boolean => /[./\\]/.test(argument);
const names = given.filter((argument) => !isPath(argument));
const all = ['steps', 'area', 'inpaint'];
for (const name of names.length > 0 ? names : all) {
  const file = new URL(`./${name}.js`, import.meta.url);
  const { status } = spawnSync(process.execPath, ['--expose-gc', file.pathname, ...given.filter(isPath)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
