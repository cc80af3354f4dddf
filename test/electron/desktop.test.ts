import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greyFile } from '../fixtures/app/served-app.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = electronProgram();
const isBuilt = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'].every((file) =>
  existsSync(join(root, file)),
);

if (program === undefined) {
  console.warn('Skipped: the desktop app in Electron itself, because the program of Electron is not installed here.');
} else if (!isBuilt) {
  console.warn('Skipped: the desktop app in Electron itself, because it is not built (npm run build:desktop).');
}

/** Without making Electron's package fetch it. */
function electronProgram(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/** In the page, as the functions of `evaluate` see it. */
declare const addEventListener: (type: 'message', listener: (event: { readonly data: unknown }) => void) => void;
declare const langevin: Record<string, unknown> & {
  calls: Record<string, (request: unknown) => Promise<{ ok: boolean; value: never; code?: string }>>;
  onEvent: (listener: (event: { type: string; run?: string; status?: string }) => void) => () => void;
};

describe.skipIf(program === undefined || !isBuilt)('the desktop app in Electron', () => {
  let folder: string;
  let picture: string;
  let electron: ElectronApplication;
  let page: Page;

  const launch = (...args: string[]): Promise<ElectronApplication> =>
    _electron.launch({
      executablePath: program!,
      // Chromium's own sandbox does not start for root, as whom containers run tests.
      args: [
        root,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--user-data-dir=${join(folder, 'user')}`,
        ...args,
      ],
      env: {
        ...(process.env as Record<string, string>),
        LANGEVIN_MODELS: join(folder, 'models'),
        XDG_CACHE_HOME: join(folder, 'cache'),
        XDG_STATE_HOME: join(folder, 'state'),
      },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-electron-'));
    await writeTinyModel(join(folder, 'models'));
    picture = join(folder, 'grey.png');
    await writeFile(picture, (await greyFile({ width: 32, height: 32 })).bytes);
    electron = await launch(picture);
    page = await electron.firstWindow();
    await page.waitForLoadState('domcontentloaded');
  });
  afterAll(async () => {
    await electron?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** A run of the tiny network to its end, or until `whileRunning` has ended it. */
  async function run(steps: number, whileRunning?: () => Promise<void>): Promise<string | undefined> {
    const bytes = [...(await greyFile({ width: 32, height: 32 })).bytes];
    const id = await page.evaluate(
      async ([data, count]) => {
        const added = await langevin.calls.addFile({ name: 'a.png', bytes: Uint8Array.from(data as number[]) });
        const coverage = new Uint8Array(16).fill(255);
        const started = await langevin.calls.startRun({
          file: (added.value as { id: string }).id,
          mask: { x: 4, y: 4, width: 4, height: 4, coverage },
          options: { task: 'inpaint', solver: 'ddnm', steps: count },
          network: { model: 'tiny', provider: 'cpu' },
        });
        return (started.value as { run: string }).run;
      },
      [bytes, steps] as const,
    );
    await whileRunning?.();
    const status = async (): Promise<string> =>
      page.evaluate(async (of) => {
        const snapshot = await langevin.calls.readRun({ run: of });
        return (snapshot.value as { status: string }).status;
      }, id);
    await expect.poll(status, { timeout: 60_000 }).not.toMatch(/waiting|running/);
    return status();
  }

  it('opens its own page, with the picture of the command line', async () => {
    expect(page.url()).toBe('app://langevin/');
    await expect.poll(() => page.getByText('grey.png').count(), { timeout: 30_000 }).toBeGreaterThan(0);
  });

  it('gives the page named functions and no Node.js', async () => {
    const seen = await page.evaluate(() => ({
      names: Object.keys(langevin).sort(),
      require: typeof (globalThis as Record<string, unknown>).require,
      process: typeof (globalThis as Record<string, unknown>).process,
      module: typeof (globalThis as Record<string, unknown>).module,
    }));
    expect(seen).toEqual({
      names: ['addDropped', 'calls', 'onEvent'],
      require: 'undefined',
      process: 'undefined',
      module: 'undefined',
    });
  });

  it('lets the page reach nothing but itself', async () => {
    for (const url of ['file:///etc/hostname', 'https://example.org/', 'app://langevin/..%2f..%2fpackage.json']) {
      const answer = await page.evaluate(
        (target) =>
          fetch(target).then(
            ({ status }) => status,
            () => 'refused',
          ),
        url,
      );
      expect(answer === 'refused' || answer === 404).toBe(true);
    }
    const opened = await page.evaluate(
      () => (globalThis as never as { open: (url: string) => unknown }).open('https://example.org/') === null,
    );
    expect(opened).toBe(true);
    expect(electron.windows()).toHaveLength(1);
  });

  it('gives the page pixels by a port past the main process', async () => {
    const bytes = [...(await greyFile({ width: 32, height: 32 })).bytes];
    const seen = await page.evaluate(async (data) => {
      const added = await langevin.calls.addFile({ name: 'a.png', bytes: Uint8Array.from(data) });
      const numbers: unknown[] = [];
      addEventListener('message', ({ data: sent }) => numbers.push(sent));
      const reply = await langevin.calls.readPicture({ file: (added.value as { id: string }).id });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { pixels, value } = reply as unknown as { pixels: number; value: { data: Uint8Array } };
      return { pixels, length: value.data.length, numbers };
    }, bytes);
    expect(seen.length).toBe(0);
    expect(seen.numbers).toContainEqual({ pixels: seen.pixels });
  });

  it('has its menu in the language of the settings, and a window with the name of the picture', async () => {
    const labels = (): Promise<string[]> =>
      electron.evaluate(({ Menu }) => Menu.getApplicationMenu()!.items.map(({ label }) => label));
    await page.evaluate(() => langevin.calls.changeSettings({ language: 'de' }));
    await expect.poll(labels).toContain('Bearbeiten');
    await page.evaluate(() => langevin.calls.changeSettings({ language: 'en' }));
    await expect.poll(labels).toContain('Edit');
    const title = await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].getTitle());
    expect(title).toContain('grey.png');
  });

  it('runs, and starts the engine again after it was killed', async () => {
    expect(await run(4)).toBe('done');
    const kill = (): Promise<void> =>
      electron.evaluate(async ({ app }) => {
        const metrics = app.getAppMetrics();
        const engine = metrics.find(
          ({ name, serviceName }) => name === 'Langevin engine' || serviceName === 'Langevin engine',
        );
        if (engine === undefined) throw new Error('There is no engine process.');
        process.kill(engine.pid, 'SIGKILL');
      });
    expect(await run(100_000, kill)).toBe('failed');
    expect(await run(4)).toBe('done');
  });
});
