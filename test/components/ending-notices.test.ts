import { afterEach, expect, test, vi } from 'vitest';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import { defaultAppSettings } from '../../src-main/contract/app/settings.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { followEndings } from '../../src-renderer/state/ending-notices.ts';
import { HostDouble } from './host-double.ts';

const failed: AppEvent = {
  type: 'run-end',
  run: 'run-0001',
  status: 'failed',
  problem: { code: 'engine-crashed', message: 'The engine process ended.' },
};

afterEach(() => void vi.unstubAllGlobals());

async function listening(hidden: boolean, notifications: boolean, permission: NotificationPermission) {
  const shown: [string, string | undefined][] = [];
  class NotificationDouble {
    static permission = permission;
    constructor(title: string, options?: NotificationOptions) {
      shown.push([title, options?.body]);
    }
  }
  vi.stubGlobal('Notification', NotificationDouble);
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  const host = new HostDouble({ settings: () => ({ ...defaultAppSettings, language: 'en', notifications }) });
  const app = new AppState(host);
  await app.load();
  const end = followEndings(app);
  return { host, shown, end };
}

test('a run that ends while the page is hidden is told, with the reason when it failed', async () => {
  const { host, shown, end } = await listening(true, true, 'granted');
  host.send(failed);
  host.send({ type: 'run-end', run: 'run-0001', status: 'cancelled' });
  expect(shown).toEqual([['The restoration failed.', 'The engine process ended.']]);
  end();
  host.send(failed);
  expect(shown).toHaveLength(1);
});

test.each([
  [false, true, 'granted'],
  [true, false, 'granted'],
  [true, true, 'denied'],
] as const)('nothing is told when hidden %s, wanted %s, permission %s', async (hidden, wanted, permission) => {
  const { host, shown, end } = await listening(hidden, wanted, permission);
  host.send(failed);
  expect(shown).toEqual([]);
  end();
});
