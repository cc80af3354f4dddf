import { spawnSync } from 'node:child_process';

/** `npm run bench -- NAME …`: each benchmark is a file of its own; without a name, those of docs/benchmarks.md. */
const names = process.argv.slice(2);
const all = ['steps', 'area', 'inpaint'];
for (const name of names.length > 0 ? names : all) {
  const file = new URL(`./${name}.js`, import.meta.url);
  const { status } = spawnSync(process.execPath, ['--expose-gc', file.pathname], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
