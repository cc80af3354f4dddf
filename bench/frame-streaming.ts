import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import type { AppClient } from '../src-main/contract/app/client.ts';
import type { RunRequest } from '../src-main/contract/app/runs.ts';
import type { RestoreReport } from '../src-main/contract/restore-events.ts';
import { openingFor } from '../src-renderer/client/admission.ts';
import { WebSocketClient, type Socket } from '../src-renderer/client/websocket-client.ts';
import { AppPage, sample } from '../test/e2e/app-page.ts';
import { median, table, writeSection } from './report.ts';

const ROUNDS = 12;
const STEPS = 5;

type Way = 'off' | 'sent' | 'shown';
const names: Readonly<Record<Way, string>> = {
  off: 'no frames',
  sent: 'frames sent and acknowledged at once',
  shown: 'frames drawn by the live view',
};

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
    await secondsOf(client, ways.off);
    const seconds: Record<Way, number[]> = { off: [], sent: [], shown: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of Object.keys(seconds) as Way[]) seconds[way].push(await secondsOf(client, ways[way]));
    }
    await writeSection('frames', section(seconds));
  } finally {
    client.close();
    await window.close();
  }
}

function section(seconds: Readonly<Record<Way, readonly number[]>>): string {
  const rows = (Object.keys(seconds) as Way[]).map((way) => {
    const more = seconds[way].map((value, round) => 100 * (value / seconds.off[round] - 1));
    const sorted = more.toSorted((a, b) => a - b);
    const quartile = (share: number): string => sorted[Math.round(share * (sorted.length - 1))].toFixed(1);
    return [
      names[way],
      median(seconds[way]).toFixed(2),
      `${median(more).toFixed(1)} %`,
      way === 'off' ? '–' : `${quartile(0.25)} … ${quartile(0.75)} %`,
    ];
  });
  return [
    '## Watching a run',
    '',
    `What sending and drawing x_t and x̂0 costs: DDNM, ${STEPS} levels, the scratches of \`chelsea-scratched.png\` (451 × 300)`,
    "through the browser host, seconds of the run's report. Engine, host and headless Chromium (which draws without a",
    `graphics card) share the machine. ${ROUNDS} rounds of three runs one after the other; compared within each round, so that`,
    'changes of load from round to round cancel. Goal: at most 5 % more. Rerun: `npm run bench -- frame-streaming`.',
    '',
    table(['', 'median, s', 'more, median', 'middle half'], rows),
  ].join('\n');
}

/** A second client of the host, with the key of the page. */
async function clientBeside(window: AppPage): Promise<WebSocketClient> {
  const { origin } = new URL(window.page.url());
  const key = await window.page.evaluate(() => sessionStorage.getItem('langevin-key'));
  return new WebSocketClient({
    connect: async () => {
      const opening = await openingFor(origin, key ?? undefined);
      if (typeof opening === 'string') return opening;
      return new WebSocket(opening.url, opening.protocols, { headers: { origin } }) as unknown as Socket;
    },
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

/** Starts a run and waits for its end, acknowledging frames at once. */
async function secondsOf(client: AppClient, start: () => Promise<unknown>): Promise<number> {
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
  return report.seconds;
}

await main();
