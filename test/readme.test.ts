import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from './fixtures/run-cli.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text.trim());

// .ci/run executes both blocks as they stand; here is checked that the rest of the README is true as well.
describe('README', () => {
  it('has one command that installs and restores, and one that tests', () => {
    expect(blocks).toHaveLength(2);
    expect(blocks[0].split('\n')).toHaveLength(1);
    expect(blocks[0]).toMatch(/^npm ci && npm run build && node bin\/langevin\.js restore /);
    expect(blocks[1]).toBe('npm test');
  });

  it('names only files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(() => readFileSync(new URL(`../${link}`, import.meta.url)), link).not.toThrow();
  });

  it('lists every option of restore, and none that it has not', async () => {
    const { stdout } = await runCli(['restore', '--help']);
    const real = new Set([...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option));
    real.delete('--help');
    const reference = readme.slice(readme.indexOf('langevin restore IN'), readme.indexOf('langevin sample'));
    const written = new Set([...reference.matchAll(/--[a-z-]+/g)].map(([option]) => option));
    for (const option of written) expect(real, option).toContain(option);
    for (const option of real) if (option !== '--output') expect(written, option).toContain(option);
  });

  it('lists every command', async () => {
    const { stdout } = await runCli(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)[ |[]/gm)].map(([, name]) => name);
    for (const name of commands) if (name !== 'help') expect(readme).toContain(`langevin ${name}`);
  });
});
