import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LangevinError } from '../../../src-main/errors.ts';
import type { AppService } from '../../../src-main/hosts/app/app-service.ts';
import { Ending } from '../../../src-main/hosts/electron/ending.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const platform = process.platform;
const signalListeners = SIGNALS.map((signal) => process.listeners(signal));

/** What a service says of its work, and what becomes of it. */
const work = {
  isBusy: false,
  kept: 0,
  lost: 0,
  saved: 0,
  discarded: 0,
  folder: '/chosen' as string | undefined,
  failure: undefined as LangevinError | undefined,
};
let ends: number;
let sessionsSaved: number;
/** Ending takes until this is called. */
let finishEnding: () => void;
let window: double.BrowserWindow;

const service = {
  get isBusy() {
    return work.isBusy;
  },
  unsaved: {
    count: () => ({ kept: work.kept, lost: work.lost }),
    saveAll: async (folder: () => Promise<string | undefined>) => {
      if (work.failure !== undefined) throw work.failure;
      if ((await folder()) === undefined) return undefined;
      work.saved++;
      return [];
    },
    discard: async () => void work.discarded++,
  },
  askToSaveSession: () => void sessionsSaved++,
} as unknown as AppService;

beforeEach(() => {
  Object.assign(work, { isBusy: false, kept: 0, lost: 0, saved: 0, discarded: 0, folder: '/chosen' });
  work.failure = undefined;
  ends = sessionsSaved = 0;
  double.app.removeAllListeners();
  double.app.quits = 0;
  double.powerMonitor.removeAllListeners();
  double.dialog.asked.length = double.dialog.answers.length = 0;
  double.BrowserWindow.all.length = 0;
  window = new double.BrowserWindow({ width: 800, height: 600, webPreferences: {} });
  window.show();
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) {
      if (!signalListeners[i].includes(listener)) process.off(signal, listener);
    }
  });
});

/** An app whose ending takes until `finishEnding`, unless it is to be done at once. */
function begin({ atOnce = true, language = 'en' as 'en' | 'de', isPageDead = false } = {}): Ending {
  const ending = new Ending({
    service: () => service,
    window: () => (window.isDestroyed() ? undefined : window) as never,
    language: () => language,
    openFolder: async () => work.folder,
    sessionSaved: () => (isPageDead ? new Promise(() => undefined) : Promise.resolve()),
    end: () => {
      ends++;
      return new Promise((resolve) => {
        finishEnding = resolve;
        if (atOnce) resolve();
      });
    },
  });
  ending.listen();
  ending.listenToSystem();
  ending.follow(window as never);
  double.app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') double.app.quit();
  });
  return ending;
}

/** As long as nothing else happens. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** The ways in which people end the program. */
const ways = {
  quit: () => double.app.quit(),
  'close the window': () => window.close(),
} as const;

describe.each(Object.keys(ways) as (keyof typeof ways)[])('to %s', (way) => {
  const leave = ways[way];

  it('ends at once when there is nothing to lose', async () => {
    begin();
    leave();
    await settle();
    expect(double.dialog.asked).toEqual([]);
    expect({ ends, quits: double.app.quits, sessionsSaved }).toEqual({ ends: 1, quits: 1, sessionsSaved: 1 });
    expect(window.isDestroyed()).toBe(true);
  });

  it('asks while something runs, and goes on', async () => {
    begin();
    work.isBusy = true;
    double.dialog.answers.push(0);
    leave();
    await settle();
    expect(double.dialog.asked).toMatchObject([{ buttons: ['Keep running', 'Stop and quit'] }]);
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 0, quits: 0 });
    expect(window.isDestroyed()).toBe(false);
    // It can be asked again.
    double.dialog.answers.push(1);
    leave();
    await settle();
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 1, quits: 1 });
  });

  it.each([
    ['Save all', { saved: 1, discarded: 0 }],
    ['Keep for next time', { saved: 0, discarded: 0 }],
    ['Discard', { saved: 0, discarded: 1 }],
  ])('asks once what is to become of results: %s', async (answer, expected) => {
    begin();
    Object.assign(work, { kept: 2, isBusy: true });
    double.dialog.answers.push(['Save all', 'Keep for next time', 'Discard', 'Cancel'].indexOf(answer));
    leave();
    await settle();
    expect(double.dialog.asked).toHaveLength(1);
    const [{ message, detail, buttons }] = double.dialog.asked;
    expect(buttons).toEqual(['Save all', 'Keep for next time', 'Discard', 'Cancel']);
    expect(message).toContain('2 restored pictures');
    expect(detail).toContain('still being computed');
    expect(work).toMatchObject(expected);
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 1, quits: 1 });
  });

  it('stays when people cancel, or choose no folder', async () => {
    begin();
    work.kept = 1;
    double.dialog.answers.push(3);
    leave();
    await settle();
    work.folder = undefined;
    double.dialog.answers.push(0);
    leave();
    await settle();
    expect(double.dialog.asked).toHaveLength(2);
    expect({ ends, quits: double.app.quits, saved: work.saved }).toEqual({ ends: 0, quits: 0, saved: 0 });
    expect(window.isHidden).toBe(false);
  });

  it('stays, and says why, when something cannot be saved', async () => {
    begin();
    work.kept = 1;
    work.failure = new LangevinError('file-unwritable', 'The disk is full.');
    double.dialog.answers.push(0);
    leave();
    await settle();
    expect(double.dialog.asked.map(({ message }) => message)).toEqual([
      'A restored picture has not been saved. What is to become of it?',
      'The disk is full.',
    ]);
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 0, quits: 0 });
  });

  it('offers to keep only what can be kept', async () => {
    begin({ language: 'de' });
    work.lost = 1;
    double.dialog.answers.push(1);
    leave();
    await settle();
    expect(double.dialog.asked[0]).toMatchObject({ buttons: ['Alle speichern', 'Verwerfen', 'Abbrechen'] });
    expect(double.dialog.asked[0].detail).toContain('CT-Schicht');
    expect(work.discarded).toBe(1);
  });

  it('waits for what is ending, however often people ask', async () => {
    begin({ atOnce: false });
    leave();
    await settle();
    // It seems to have ended; the taskbar still has its window.
    expect(window.isHidden).toBe(true);
    window.close();
    double.app.quit();
    window.close();
    await settle();
    expect({ ends, quits: double.app.quits, gone: window.isDestroyed() }).toEqual({ ends: 1, quits: 0, gone: false });
    finishEnding();
    await settle();
    expect({ ends, quits: double.app.quits, gone: window.isDestroyed() }).toEqual({ ends: 1, quits: 1, gone: true });
    expect(double.dialog.asked).toEqual([]);
  });

  it('does not wait long for a page that does not answer', async () => {
    begin({ isPageDead: true });
    leave();
    await vi.waitFor(() => expect(double.app.quits).toBe(1), 5000);
  });
});

describe('the end of the program', () => {
  it('comes without a question by signals, and saves what is open before', async () => {
    for (const signal of SIGNALS) {
      double.app.removeAllListeners();
      ends = sessionsSaved = double.app.quits = 0;
      window = new double.BrowserWindow({ width: 800, height: 600, webPreferences: {} });
      Object.assign(work, { isBusy: true, kept: 3 });
      begin();
      const [listener] = process.listeners(signal).slice(-1);
      (listener as (name: string) => void)(signal);
      await settle();
      expect(double.dialog.asked).toEqual([]);
      expect({ ends, quits: double.app.quits, sessionsSaved }).toEqual({ ends: 1, quits: 1, sessionsSaved: 1 });
      expect(work).toMatchObject({ saved: 0, discarded: 0 });
    }
  });

  it('by a signal does not wait for a question that is open, whose answer then comes too late', async () => {
    begin();
    work.kept = 1;
    let answer: (value: { response: number; checkboxChecked: boolean }) => void = () => undefined;
    const box = vi
      .spyOn(double.dialog, 'showMessageBox')
      .mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    double.app.quit();
    await settle();
    const [listener] = process.listeners('SIGTERM').slice(-1);
    (listener as (name: string) => void)('SIGTERM');
    await settle();
    answer({ response: 3, checkboxChecked: false });
    await settle();
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 1, quits: 1 });
    box.mockRestore();
  });

  it('comes without a question when the system shuts down: Linux waits for it', async () => {
    Object.defineProperty(process, 'platform', { value: 'linux' });
    begin();
    Object.assign(work, { isBusy: true, kept: 1 });
    let isDelayed = false;
    double.powerMonitor.emit('shutdown', { preventDefault: () => (isDelayed = true) });
    await settle();
    expect(isDelayed).toBe(true);
    expect(double.dialog.asked).toEqual([]);
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 1, quits: 1 });
  });

  it('on macOS never stands in the way of a shutdown', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    begin({ atOnce: false });
    Object.assign(work, { isBusy: true, kept: 1 });
    let isDelayed = false;
    double.powerMonitor.emit('shutdown', { preventDefault: () => (isDelayed = true) });
    // Next the system asks the program to quit.
    double.app.quit();
    expect({ isDelayed, ends, quits: double.app.quits }).toEqual({ isDelayed: false, ends: 1, quits: 1 });
    expect(double.dialog.asked).toEqual([]);
  });

  it('on Windows is not asked about when the session of the user ends', async () => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
    begin({ atOnce: false });
    Object.assign(work, { isBusy: true, kept: 1 });
    window.emit('session-end');
    window.close();
    expect(window.isDestroyed()).toBe(true);
    expect({ asked: double.dialog.asked, ends, quits: double.app.quits }).toEqual({ asked: [], ends: 1, quits: 1 });
  });

  it('is not the end of a window on macOS', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    begin();
    Object.assign(work, { isBusy: true, kept: 1 });
    window.close();
    await settle();
    expect(window.isDestroyed()).toBe(true);
    expect({ ends, quits: double.app.quits, asked: double.dialog.asked }).toEqual({ ends: 0, quits: 0, asked: [] });
    // Without a window it is the program that asks.
    double.dialog.answers.push(1);
    double.app.quit();
    await settle();
    expect({ ends, quits: double.app.quits }).toEqual({ ends: 1, quits: 1 });
  });
});
