import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  appFolders,
  connectPage,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
  type ConnectedPage,
  type OpenApp,
} from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let first: OpenApp;
let second: ConnectedPage;
const [A, B] = ['page-a', 'page-b'];
const tab = { options: { task: 'inpaint' }, model: 'tiny' } as const;

beforeEach(async () => {
  folders = await appFolders();
  first = await openApp(folders);
  // The token works once: both tabs have the key of the first, as a duplicated tab has.
  second = connectPage(() => first.app.server.port, first.key);
});
afterEach(async () => {
  second.client.close();
  await first.close();
  await removeFolders(folders);
});

it('gives what is open to one page at a time, which saves before another one takes it over', async () => {
  const { bytes } = await greyFile({ width: 8, height: 8 });
  const file = await first.client.call('addFile', { name: 'a.png', bytes });
  const session = (mask: number) => ({ tabs: [{ ...tab, file: file.id, mask: Uint8Array.of(mask) }], active: 0 });
  expect(await first.client.call('session', { page: A })).toMatchObject({ tabs: [] });
  await first.client.call('saveSession', session(1));

  expect(await second.client.call('session', { page: B })).toEqual({ tabs: [], files: [], isElsewhere: true });
  await expect(second.client.call('saveSession', { tabs: [] })).rejects.toMatchObject({ code: 'output-locked' });

  const taken = second.client.call('session', { page: B, take: true });
  expect(await first.waitFor('session-asked')).toEqual({ type: 'session-asked', page: A });
  await first.client.call('saveSession', session(2));
  await first.client.call('leaveSession', { page: A });
  expect([...(await taken).tabs[0].mask!]).toEqual([2]);
  await first.waitFor('session-holder', ({ page }) => page === B);
  await expect(first.client.call('saveSession', session(1))).rejects.toMatchObject({ code: 'output-locked' });
  await second.client.call('saveSession', session(3));
  expect([...(await first.client.call('session', {})).tabs[0].mask!]).toEqual([3]);
});

it('waits for a page that was reloaded, and gives a page that is gone up', async () => {
  await second.client.call('session', { page: B });
  second.client.close();
  // Its connection is gone; within a moment only it may come back.
  const again = connectPage(() => first.app.server.port, first.key);
  expect((await again.client.call('session', { page: B })).isElsewhere).toBeUndefined();
  expect(await first.client.call('session', { page: A })).toMatchObject({ isElsewhere: true });
  again.client.close();
  await first.waitFor('session-holder', ({ page }) => page === undefined);
  expect((await first.client.call('session', { page: A })).isElsewhere).toBeUndefined();
});

it('is not held up by a page that does not answer', async () => {
  await first.client.call('session', { page: A });
  const start = Date.now();
  const taken = await second.client.call('session', { page: B, take: true });
  expect(taken.isElsewhere).toBeUndefined();
  expect(Date.now() - start).toBeLessThan(30_000);
});
