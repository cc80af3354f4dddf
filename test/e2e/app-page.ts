import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type Axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const ROOT = packageFolder(import.meta.dirname);
/** The browser of the tests. */
export const CHROMIUM = process.env['LANGEVIN_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** A sample picture of the program. */
export const sample = (name: string): string => join(ROOT, 'resources/samples', name);

/** A program `langevin serve` with folders of its own. */
export class ServedApp {
  /** Holds everything that the program remembers; give it to another `ServedApp` to start again. */
  readonly home: string;
  readonly process: ChildProcess;
  /** Works once. */
  readonly url: string;

  private constructor(home: string, process: ChildProcess, url: string) {
    this.home = home;
    this.process = process;
    this.url = url;
  }

  static async start(options: { home?: string; args?: readonly string[] } = {}): Promise<ServedApp> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'langevin-e2e-')));
    const child = spawn(
      process.execPath,
      [join(ROOT, 'bin/langevin.js'), 'serve', '--json', '--port', '0', ...(options.args ?? [])],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          XDG_STATE_HOME: join(home, 'state'),
          XDG_DATA_HOME: join(home, 'data'),
          XDG_CACHE_HOME: join(home, 'cache'),
          XDG_CONFIG_HOME: join(home, 'config'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    for await (const line of createInterface(child.stdout)) {
      const message = JSON.parse(line) as { type: string; url?: string };
      if (message.type === 'serving' && message.url !== undefined) return new ServedApp(home, child, message.url);
    }
    throw new Error(`langevin serve ended before it served:\n${errors}`);
  }

  /** Ends the program; `kill` as a crash would. What it remembers stays. */
  async stop(how: 'end' | 'kill' = 'end'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await ended;
  }

  async forget(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** A page of a served app in Chromium. */
export class AppPage {
  readonly app: ServedApp;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors on the console and uncaught ones; a test that expects none asserts that it is empty. */
  readonly problems: string[] = [];

  private constructor(app: ServedApp, browser: Browser, context: BrowserContext, page: Page) {
    this.app = app;
    this.browser = browser;
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
  }

  static async open(options: { app?: ServedApp; context?: BrowserContextOptions } = {}): Promise<AppPage> {
    const app = options.app ?? (await ServedApp.start());
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options.context,
    });
    context.setDefaultTimeout(50_000);
    const page = await context.newPage();
    const opened = new AppPage(app, browser, context, page);
    await page.goto(app.url);
    return opened;
  }

  /** Chooses files in the picker that the empty window or the plus button opens. */
  async openPictures(...paths: string[]): Promise<void> {
    const picker = this.page.waitForEvent('filechooser');
    await this.page.locator('[data-action="open"]').first().click();
    await (await picker).setFiles(paths);
    await this.canvas.waitFor();
  }

  get canvas(): ReturnType<Page['locator']> {
    return this.page.getByTestId('mask-canvas');
  }

  /** Drags over the canvas; positions are shares of its width and height. */
  async paint(...points: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const box = await this.canvas.boundingBox();
    if (box === null) throw new Error('The canvas is not shown.');
    const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
    await this.page.mouse.move(...at(points[0]));
    await this.page.mouse.down();
    for (const point of points.slice(1)) await this.page.mouse.move(...at(point), { steps: 8 });
    await this.page.mouse.up();
  }

  /** Does an action by the command palette. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.getByRole('combobox', { name: 'Search commands' }).fill(name);
    await this.page.keyboard.press('Enter');
  }

  /** The page, or a part of it, has none of the faults that axe-core finds. */
  async expectAccessible(part = 'body'): Promise<void> {
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) await this.page.evaluate(axeSource);
    const violations = await this.page.evaluate(async (selector) => {
      const { axe } = globalThis as unknown as { axe: typeof Axe };
      const { violations } = await axe.run(selector);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }, part);
    if (violations.length > 0) throw new Error(`axe-core finds fault:\n${violations.join('\n')}`);
  }

  /** Ends browser and program, and forgets what it remembered unless asked to keep it. */
  async close({ keep = false } = {}): Promise<void> {
    await this.browser.close();
    await this.app.stop();
    if (!keep) await this.app.forget();
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The folder of the program, from the sources and from where a benchmark is compiled to. */
function packageFolder(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageFolder(dirname(from));
}
