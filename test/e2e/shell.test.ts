import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser, sample, ServedApp } from './harness.ts';

describeInBrowser('the window', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
  });
  afterAll(() => window.close());

  test('opens the sample, dropped and pasted pictures', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Scratches' }).waitFor();
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Scratches' }).click();
    await window.canvas.waitFor();
    // With its mask, ready to run.
    await page.getByText(/% marked/).waitFor();
    const base64 = await readFile(sample('chelsea.png'), 'base64');
    for (const [how, name] of [
      ['drop', 'dropped ä % #.png'],
      ['paste', 'pasted.png'],
    ] as const) {
      await page.evaluate(
        ([how, name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name, { type: 'image/png' }));
          const event =
            how === 'drop'
              ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        },
        [how, name, base64] as const,
      );
      await page.getByRole('tab', { name, selected: true }).waitFor();
    }
    expect(await page.getByRole('tab').count()).toBe(3);
  });

  test('says why a file that is no picture cannot be opened', async () => {
    const { page } = window;
    const picker = page.waitForEvent('filechooser');
    await page.keyboard.press('Control+o');
    await (await picker).setFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
    const alert = page.getByRole('alert').filter({ hasText: 'letter.txt' });
    await alert.waitFor();
    await window.expectAccessible();
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  test('changes and closes tabs by keyboard', async () => {
    const { page } = window;
    await page.getByRole('tab', { name: 'pasted.png' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'chelsea-scratched.png', selected: true }).waitFor();
    await page.keyboard.press('Alt+PageUp');
    await page.getByRole('tab', { name: 'pasted.png', selected: true }).waitFor();
    await page.keyboard.press('Alt+w');
    await expect.poll(() => page.getByRole('tab').count()).toBe(2);
  });

  test('lists and finds shortcuts', async () => {
    const { page } = window;
    await window.canvas.focus();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByRole('searchbox').fill('lasso');
    expect(await dialog.locator('dt').allTextContents()).toEqual(['Lasso']);
    await window.expectAccessible('dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await window.canvas.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('does commands from the palette', async () => {
    const { page } = window;
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search commands' }).fill('dark');
    await window.expectAccessible('dialog');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await window.expectAccessible();
  });

  test('models open from the palette, accessible, and stay when a file choice in them is cancelled', async () => {
    const { page } = window;
    await window.command('Models and devices');
    const dialog = page.getByRole('dialog', { name: 'Models and devices' });
    await dialog.getByText('Networks on this machine').waitFor();
    await window.expectAccessible();
    await dialog.locator('input[type="file"]').first().dispatchEvent('cancel', { bubbles: true });
    expect(await dialog.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('the tour, what the program is, settings as text, and the film strip are accessible', async () => {
    const { page } = window;
    const open: readonly (readonly [how: () => Promise<void>, part: string])[] = [
      [() => window.command('About Langevin'), 'dialog'],
      [() => window.command('Tour'), '[role=dialog]'],
      [
        async () => {
          await page.getByText('Advanced', { exact: true }).click();
          await page.getByRole('button', { name: 'Paste settings…' }).click();
        },
        'dialog',
      ],
    ];
    for (const [how, part] of open) {
      await how();
      await page.locator(part).waitFor();
      await window.expectAccessible(part);
      await page.keyboard.press('Escape');
      await page.locator(part).waitFor({ state: 'detached' });
    }
    await window.command('Show or hide the film strip');
    await window.expectAccessible('main');
    await window.command('Show or hide the film strip');
  });

  test.each(['Light', 'Dark'])('menus and tool options are accessible: %s', async (theme) => {
    const { page } = window;
    await window.command(`${theme} appearance`);
    for (const menu of ['Mask', 'Overlay', 'Menu']) {
      await page.getByRole('button', { name: menu, exact: true }).click();
      await page.getByRole('group', { name: menu, exact: true }).waitFor();
      await window.expectAccessible();
      await page.keyboard.press('Escape');
      await page.getByRole('group', { name: menu, exact: true }).waitFor({ state: 'detached' });
    }
    for (const tool of ['Magic wand', 'Ellipse', 'Brush']) {
      await page.getByRole('button', { name: tool, exact: true }).click();
      await window.expectAccessible('main');
    }
  });

  test('changes language and keeps it', async () => {
    const { page } = window;
    await page.keyboard.press('Control+,');
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await page.getByRole('dialog', { name: 'Einstellungen' }).waitFor();
    await window.expectAccessible('dialog');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: 'Radierer' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await page.keyboard.press('Control+,');
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('radio', { name: 'Light' }).check();
    await page.keyboard.press('Escape');
  });

  test('had no errors in the console', () => {
    // The file that is no picture.
    expect(window.problems.filter((problem) => !problem.includes('letter.txt'))).toEqual([]);
  });
});

describeInBrowser('the program', () => {
  test('killed and started again, has picture and mask as they were', async () => {
    const first = await AppPage.open();
    await first.openPictures(sample('chelsea.png'));
    await first.paint([0.4, 0.5], [0.6, 0.5]);
    const marked = await first.page.getByTestId('painted').textContent();
    await first.page.waitForTimeout(1500);
    await first.app.stop('kill');
    await first.page.getByText(/Langevin has ended or cannot be reached/).waitFor();
    await first.expectAccessible();
    await first.browser.close();

    const again = await AppPage.open({ app: await ServedApp.start({ home: first.app.home }) });
    await again.canvas.waitFor();
    expect(await again.page.getByRole('tab').allInnerTexts()).toEqual(['chelsea.png']);
    expect(await again.page.getByTestId('painted').textContent()).toBe(marked);
    await again.close();
  });
});
