import { readdir, readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import type { AppClient } from '../src-main/contract/app/client.ts';
import type { RunRequest } from '../src-main/contract/app/runs.ts';
import type { RestoreReport } from '../src-main/contract/restore-events.ts';
import { WebSocketClient, type Socket } from '../src-renderer/client/websocket-client.ts';
import { AppPage, sample } from '../test/e2e/app-page.ts';
import { median, table, writeSection } from './report.ts';

const ROUNDS = 5;
const STEPS = 20;
/** Clock ticks of /proc/PID/stat a second. */
const TICKS = 100;

type Way = 'off' | 'sent' | 'shown';
const names: Readonly<Record<Way, string>> = {
  off: 'no frames',
  sent: 'frames sent and acknowledged at once',
  shown: 'frames drawn by the live view',
};

interface Cost {
  readonly seconds: number;
  /** Of the engine processes. */
  readonly cpuSeconds: number;
}

/**
 * What frames of x_t and x̂0 cost a run through the browser host: the same run without frames, with frames that are only
 * received, and with frames that the page draws. Rounds take turns, so that changes of the machine's load hit all alike.
 */
async function main(): Promise<void> {
  const window = await AppPage.open();
  window.context.setDefaultTimeout(300_000);
  const client = await clientBeside(window);
  try {
    await prepare(window);
    const request = await requestFor(client);
    const ways: Readonly<Record<Way, () => Promise<unknown>>> = {
      off: () => client.call('startRun', { ...request, frames: false }),
      sent: () => client.call('startRun', request),
      shown: () =>
        window.page
          .getByRole('button', { name: /^Restore/ })
          .last()
          .click(),
    };
    // Loads the network and lets the engine warm up.
    await costOf(window, client, ways.off);
    const costs: Record<Way, Cost[]> = { off: [], sent: [], shown: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of Object.keys(costs) as Way[]) costs[way].push(await costOf(window, client, ways[way]));
    }
    await writeSection('frames', section(costs));
  } finally {
    client.close();
    await window.close();
  }
}

function section(costs: Readonly<Record<Way, readonly Cost[]>>): string {
  const middle = (way: Way, what: keyof Cost): number => median(costs[way].map((cost) => cost[what]));
  const more = (way: Way, what: keyof Cost): string =>
    `${(100 * (middle(way, what) / middle('off', what) - 1)).toFixed(1)} %`;
  const rows = (Object.keys(costs) as Way[]).map((way) => [
    names[way],
    middle(way, 'seconds').toFixed(2),
    more(way, 'seconds'),
    middle(way, 'cpuSeconds').toFixed(2),
    more(way, 'cpuSeconds'),
  ]);
  return [
    '## Watching a run',
    '',
    `What sending and drawing x_t and x̂0 costs: DDNM, ${STEPS} levels, the scratches of \`chelsea-scratched.png\` (451 × 300)`,
    `through the browser host, median of ${ROUNDS} rounds in turn; engine, host and headless Chromium (which draws without a`,
    "graphics card) share the machine. Seconds are those of the run's report, processor time is the engine's. Goal: at most",
    '5 % more. Rerun: `npm run bench -- frame-streaming`, on a machine that does nothing else.',
    '',
    table(['', 'run, s', 'more', 'engine, processor s', 'more'], rows),
  ].join('\n');
}

/** A second client of the host, with the cookie of the page. */
async function clientBeside(window: AppPage): Promise<WebSocketClient> {
  const { origin, host } = new URL(window.page.url());
  const [{ name, value }] = await window.context.cookies();
  const headers = { cookie: `${name}=${value}`, origin };
  return new WebSocketClient({
    connect: () => new WebSocket(`ws://${host}/socket`, { headers }) as unknown as Socket,
  });
}

/** Opens the picture with its mask in the page and chooses solver and steps. */
async function prepare(window: AppPage): Promise<void> {
  const { page } = window;
  await window.openPictures(sample('chelsea-scratched.png'));
  const picker = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+Shift+I');
  await (await picker).setFiles(sample('chelsea-mask.png'));
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Solver' }).selectOption('ddnm');
  const steps = page.getByRole('spinbutton', { name: 'Steps' });
  await steps.fill(`${STEPS}`);
  await steps.press('Tab');
}

/** The same run as the page would ask for. */
async function requestFor(client: AppClient): Promise<RunRequest> {
  const add = async (name: string): Promise<string> => {
    const { id } = await client.call('addFile', { name, bytes: new Uint8Array(await readFile(sample(name))) });
    return id;
  };
  const file = await add('chelsea-scratched.png');
  const mask = await client.call('readMask', { file: await add('chelsea-mask.png'), picture: file });
  return {
    file,
    mask: { x: 0, y: 0, width: mask.width, height: mask.height, coverage: mask.coverage },
    options: { task: 'inpaint', solver: 'ddnm', steps: STEPS },
    network: {},
  };
}

/** Starts a run and waits for its end, acknowledging frames that nothing draws. */
async function costOf(window: AppPage, client: AppClient, start: () => Promise<unknown>): Promise<Cost> {
  const engines = await enginesOf(window.app.process.pid!);
  const before = await cpuSecondsOf(engines);
  const report = await new Promise<RestoreReport>((resolve, reject) => {
    const stop = client.onEvent((event) => {
      if (event.type === 'run-frame') void client.call('acknowledgeFrame', { run: event.run });
      if (event.type !== 'run-end') return;
      stop();
      if (event.status === 'done') resolve(event.report);
      else reject(new Error(`The run ended ${event.status}.`));
    });
    start().catch(reject);
  });
  return { seconds: report.seconds, cpuSeconds: (await cpuSecondsOf(engines)) - before };
}

async function enginesOf(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    if (status.includes(`PPid:\t${parent}\n`)) found.push(Number(entry));
  }
  return found;
}

async function cpuSecondsOf(processes: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const id of processes) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8');
    // The command name before the bracket may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS;
}

await main();
