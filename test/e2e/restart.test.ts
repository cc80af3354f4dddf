import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppPage, describeInBrowser, sample, ServedApp } from './harness.ts';

describeInBrowser('a page and its host', () => {
  let window: AppPage;
  let home: string;
  beforeAll(async () => {
    window = await AppPage.open();
    home = window.app.home;
    // Programs are started and ended here, which takes its time on a busy machine.
    window.context.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await window.close();
  });

  it('has an address without its key, and gives no other port of the machine anything', async () => {
    const { page, context } = window;
    await page.getByRole('heading', { name: 'Open a picture to restore' }).waitFor();
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]{43}\/$/);
    expect(await context.cookies()).toEqual([]);
    const heard: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      heard.push(request.headers.cookie);
      response.setHeader('Content-Type', 'text/html');
      response.end('<p>another service</p>');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const stranger = await context.newPage();
    const own = new URL(page.url());
    await stranger.goto(`http://127.0.0.1:${port}${own.pathname}`);
    expect(heard.every((cookie) => cookie === undefined)).toBe(true);
    const got = await stranger.evaluate(async (address) => {
      const seen = await fetch(address, { credentials: 'include' }).then(
        (response) => response.status,
        () => 'refused',
      );
      const socket = await new Promise((resolve) => {
        const opening = new WebSocket(address.replace(/^http(.*)\/p\/.*$/, 'ws$1/socket'), ['langevin']);
        opening.onopen = () => resolve('open');
        opening.onerror = () => resolve('refused');
      });
      return { seen, socket, stored: sessionStorage.getItem('langevin-key') };
    }, page.url());
    expect(got).toEqual({ seen: 'refused', socket: 'refused', stored: null });
    await stranger.close();
    other.close();
  }, 180_000);

  it('says that the host is gone and how to start it, and goes on by itself when it is back', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    await window.paint([0.4, 0.4], [0.6, 0.6]);
    // Saved before the host dies.
    await page.waitForTimeout(1500);
    const { port } = new URL(page.url());
    await window.app.stop('kill');
    const banner = page.getByRole('alert');
    await banner.waitFor();
    expect(await banner.textContent()).toContain(`langevin serve --port ${port}`);

    const again = await ServedApp.start({ home, args: ['--port', port] });
    await banner.waitFor({ state: 'detached' });
    await page.reload();
    await window.canvas.waitFor();
    expect(await page.title()).toContain('chelsea-scratched.png');
    await again.stop();
    await banner.waitFor();

    // Another session at the same address is another program for this page.
    const other = await ServedApp.start({ args: ['--port', port] });
    await page.getByText('does not know this page').waitFor();
    await other.stop();
    await other.forget();
  }, 300_000);
});
