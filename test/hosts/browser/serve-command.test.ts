import { mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveApp } from '../../../src-main/hosts/browser/serve-app.ts';
import { appFolders, accessOf, openApp, removeFolders } from '../../fixtures/app/served-app.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

let state: string;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'langevin-serve-'));
});
afterAll(() => rm(state, { recursive: true, force: true }));

const locked = async (): Promise<boolean> =>
  (await readdir(join(state, 'langevin', 'sessions', '0'))).includes('owner.json');

describe('langevin serve', () => {
  it('prints its address, and ends at Ctrl-C with everything it started', async () => {
    const run = await runCli(['serve', '--json', '--folder', state], {
      env: { XDG_STATE_HOME: state },
      started: (child) =>
        child.stdout!.once('data', (line: Buffer) => {
          const { url } = JSON.parse(line.toString()) as { url: string };
          void accessOf(url).finally(() => child.kill('SIGINT'));
        }),
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(run)).toMatchObject([{ type: 'serving' }]);
    expect(await locked()).toBe(false);
  });

  it('ends by itself when nobody looks', async () => {
    const env = { XDG_STATE_HOME: state };
    const run = await runCli(['serve', '--idle-shutdown', '0.001'], { env });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('http://127.0.0.1:');
  });

  it('says what is wrong with its options', async () => {
    const env = { XDG_STATE_HOME: state };
    expect(await runCli(['serve', '--folder', join(state, 'none')], { env })).toMatchObject({ code: 1 });
    expect(await runCli(['serve', '--port', '70000'], { env })).toMatchObject({ code: 2 });
    expect((await runCli(['serve', '--idle-shutdown', '0'], { env })).stderr).toContain('--idle-shutdown');
  });

  it('says how to build the app where it is missing, and that a port is taken', async () => {
    const folders = await appFolders();
    const empty = join(folders.root, 'empty');
    await mkdir(empty);
    await expect(serveApp({ ...folders.options, renderer: empty })).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.stringContaining('npm run build') as string,
    });
    const app = await openApp(folders);
    const { port } = app.app.server;
    await expect(serveApp({ ...folders.options, port })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('--port') as string,
    });
    await app.close();
    // The failed starts have left their session folders free.
    expect(await readdir(join(folders.options.stateFolder, 'sessions', '0'))).not.toContain('owner.json');
    await removeFolders(folders);
  });
});
