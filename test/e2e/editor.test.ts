import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('the mask editor', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
  });
  afterAll(() => window.close());

  const painted = (): Promise<string | null> => window.page.getByTestId('painted').textContent();
  const waitForPainted = (text: string | RegExp): Promise<void> =>
    window.page.getByTestId('painted').getByText(text).waitFor();

  test('opens empty, says what to do, and is accessible', async () => {
    await window.page.getByRole('heading', { name: 'Open a picture to restore' }).waitFor();
    await window.expectAccessible();
  });

  test('opens a picture, paints with the pointer, takes back and repeats', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    expect(await painted()).toBe('Nothing marked');
    await window.paint([0.4, 0.4], [0.6, 0.6]);
    const after = await painted();
    expect(after).toMatch(/% marked/);
    await page.getByRole('button', { name: 'Undo brush stroke' }).click();
    expect(await painted()).toBe('Nothing marked');
    await page.keyboard.press('Control+Shift+z');
    expect(await painted()).toBe(after);
    await page.mouse.move(0, 0);
    await window.expectAccessible();
  });

  test('shows what is painted where it is painted, and the picture exactly', async () => {
    const { page } = window;
    await window.command('Clear the mask');
    await window.command('Actual pixels');
    const box = await window.canvas.boundingBox();
    const [width, height] = [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)];
    const original = await decodePicture(await readFile(sample('chelsea-scratched.png')), 'the sample');
    const left = Math.round((width - original.width) / 2);
    const top = Math.round((height - original.height) / 2);
    const places = Array.from({ length: 100 }, (_, i): Place => [
      (i * 97) % original.width,
      (i * 61) % original.height,
    ]);
    const shown = await colours(
      window,
      places.map(([x, y]): Place => [left + x, top + y]),
    );
    expect(shown.picture.map((rgba) => rgba.slice(0, 3))).toEqual(
      places.map(([x, y]) => [...original.data.slice((y * original.width + x) * 3, (y * original.width + x) * 3 + 3)]),
    );
    await window.paint([0.5, 0.5]);
    await page.mouse.move(0, 0);
    const centre: Place = [width >> 1, height >> 1];
    expect(
      await window.canvas
        .locator('canvas')
        .nth(1)
        .evaluate((canvas) => getComputedStyle(canvas).opacity),
    ).toBe('0.5');
    // Nothing 40 pixels away.
    expect((await colours(window, [centre, [centre[0] + 40, centre[1]]])).mask).toEqual([
      [235, 64, 52, 255],
      [0, 0, 0, 0],
    ]);
  });

  test('paints by keyboard', async () => {
    const { page } = window;
    await window.command('Clear the mask');
    await waitForPainted('Nothing marked');
    await window.canvas.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Space');
    expect(await painted()).toMatch(/% marked/);
    await page
      .getByTestId('announcement')
      .getByText(/Column \d+, row \d+, marked/)
      .waitFor({ state: 'attached' });
    await page.keyboard.press('r');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Rectangle', pressed: true }).waitFor();
  });

  test('every pointer tool marks something', async () => {
    const { page } = window;
    const strokes: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
      Lasso: [
        [0.45, 0.45],
        [0.55, 0.45],
        [0.55, 0.55],
        [0.45, 0.55],
      ],
      Rectangle: [
        [0.45, 0.45],
        [0.55, 0.55],
      ],
      Ellipse: [
        [0.45, 0.45],
        [0.55, 0.55],
      ],
      'Magic wand': [[0.5, 0.5]],
    };
    for (const [tool, points] of Object.entries(strokes)) {
      await window.command('Clear the mask');
      await waitForPainted('Nothing marked');
      await page.getByRole('button', { name: tool, exact: true }).click();
      await window.paint(...points);
      await waitForPainted(/% marked/);
    }
    await window.command('Clear the mask');
    await page.getByRole('button', { name: 'Polygon' }).click();
    for (const point of [
      [0.45, 0.45],
      [0.55, 0.45],
      [0.5, 0.55],
    ] as const)
      await window.paint(point);
    await page.keyboard.press('Enter');
    await waitForPainted(/% marked/);
    await page.keyboard.press('b');
  });

  test('zooms to the pointer, and moves the picture with Space', async () => {
    const { page } = window;
    await page.keyboard.press('Control+0');
    const zoom = (): Promise<string> => page.getByRole('combobox', { name: 'Zoom' }).inputValue();
    const before = Number(await zoom());
    const box = await window.canvas.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => Number(await zoom())).toBeGreaterThan(before * 2);
    const sight = await colours(window, [[300, 300]]);
    await window.canvas.focus();
    await page.keyboard.down('Space');
    await page.mouse.down();
    await page.mouse.move((box?.x ?? 0) + 340, (box?.y ?? 0) + 300, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up('Space');
    expect((await colours(window, [[340, 300]])).picture).toEqual(sight.picture);
    await page.keyboard.press('Control+0');
  });

  test('turns the view and not the picture, and paints where the brush is', async () => {
    const { page } = window;
    await window.command('Clear the mask');
    await window.command('Actual pixels');
    const box = await window.canvas.boundingBox();
    const [cx, cy] = [Math.round((box?.width ?? 0) / 2), Math.round((box?.height ?? 0) / 2)];
    const around = Array.from({ length: 40 }, (_, i): Place => [((i * 37) % 120) - 60, ((i * 53) % 120) - 60]);
    const at = (places: readonly Place[]): Promise<number[][]> =>
      colours(
        window,
        places.map(([x, y]): Place => [cx + x, cy + y]),
      ).then(({ picture }) => picture);
    const upright = await at(around);
    await window.canvas.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('6');
    // By whole pixels, which the middle of the canvas is not.
    const shifts = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy): Place => [dx, dy]));
    const turned = await Promise.all(shifts.map(([dx, dy]) => at(around.map(([x, y]): Place => [dx - y, dy + x]))));
    expect(turned).toContainEqual(upright);

    await page.keyboard.press('6');
    await page.getByRole('button', { name: 'Turn the view upright' }).filter({ hasText: '105°' }).waitFor();
    await waitForPainted('Nothing marked');
    await window.paint([0.5, 0.5], [0.55, 0.5]);
    const [start, end, beside] = (
      await colours(
        window,
        [0, 0.05, 0.1].map((x): Place => [Math.round((0.5 + x) * (box?.width ?? 0)), cy]),
      )
    ).mask;
    expect([start[3], end[3], beside[3]]).toEqual([255, 255, 0]);
    await page.keyboard.press('5');
    await page.getByRole('button', { name: 'Turn the view upright' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+0');
  });

  test('has a menu, and keeps what has no room in another', async () => {
    const { page } = window;
    const menu = page.getByRole('menu', { name: 'Picture' });
    await window.canvas.click({ button: 'right', position: { x: 40, y: 40 } });
    await menu.waitFor();
    await window.expectAccessible();
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Eraser' }).click();
    await page.getByRole('button', { name: 'Eraser', pressed: true }).waitFor();
    await page.keyboard.press('b');

    await page.setViewportSize({ width: 900, height: 480 });
    const tools = page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'More tools' });
    await tools.focus();
    await page.keyboard.press('Enter');
    await window.expectAccessible('[role=toolbar]');
    await page
      .getByRole('group', { name: 'More tools' })
      .getByRole('button', { name: /^Crop, straighten/ })
      .click();
    // Crop, tones and curves; then corners.
    await page.getByRole('button', { name: 'Left edge of the crop' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Corners of a photographed print' }).click();
    await window.expectAccessible('main');
    await page.keyboard.press('Escape');
    await window.canvas.waitFor();
    expect(await page.getByRole('button', { name: 'More tools' }).count()).toBe(0);
  });

  test('finds damage by itself, lets people choose, and marks it as one step', async () => {
    const { page } = window;
    await window.command('Clear the mask');
    await waitForPainted('Nothing marked');
    await page.getByRole('button', { name: 'Find damage' }).click();
    const panel = page.getByTestId('findings-panel');
    await panel.getByRole('option').first().waitFor();
    await panel.getByText(/looking more closely|Looking for damage/).waitFor({ state: 'detached' });
    const kept = panel.getByTestId('kept-count');
    const counts = async (): Promise<number[]> =>
      ((await kept.textContent()) ?? '').match(/\d+/g)!.map((digits) => Number(digits));
    const [all] = await counts();
    expect(all).toBeGreaterThan(0);
    await window.expectAccessible();
    // More and less is found at once when it is asked for, without another search.
    const sensitivity = panel.getByRole('slider', { name: 'Sensitivity' });
    const end = async (name: 'min' | 'max'): Promise<string> => (await sensitivity.getAttribute(name)) ?? '';
    await sensitivity.fill(await end('max'));
    await expect.poll(async () => (await counts())[1]).toBeGreaterThan(all);
    const [, most] = await counts();
    await sensitivity.fill(await end('min'));
    await expect.poll(async () => (await counts())[1]).toBeLessThan(most);
    await page.getByRole('button', { name: 'Undo filter findings' }).click();
    await expect.poll(counts).toEqual([all, all]);
    // By keyboard: the first is left out and outlined; by pointer on the canvas it is kept again.
    await panel.getByRole('listbox').focus();
    await page.keyboard.press('Space');
    await expect.poll(counts).toEqual([all - 1, all]);
    await page.getByRole('button', { name: 'Undo leave out finding' }).click();
    await expect.poll(counts).toEqual([all, all]);
    expect(await painted()).toBe('Nothing marked');
    await page.keyboard.press('m');
    await waitForPainted(/% marked/);
    await page.getByRole('button', { name: 'Undo mark findings' }).click();
    await waitForPainted('Nothing marked');
    await panel.waitFor();
    await page.keyboard.press('Control+y');
    await waitForPainted(/% marked/);
  });

  test('draws findings where they are, and takes a press on one', async () => {
    const { page } = window;
    await window.command('Clear the mask');
    await page.keyboard.press('s');
    const panel = page.getByTestId('findings-panel');
    const option = panel.getByRole('option').first();
    await option.waitFor();
    await page.keyboard.press('Control+0');
    const place = await findingPlace(window);
    const box = await window.canvas.boundingBox();
    await page.mouse.click((box?.x ?? 0) + place[0], (box?.y ?? 0) + place[1]);
    await expect.poll(() => panel.locator('[role=option][aria-selected=false]').count()).toBe(1);
    await page.mouse.click((box?.x ?? 0) + place[0], (box?.y ?? 0) + place[1]);
    await expect.poll(() => panel.locator('[role=option][aria-selected=false]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await painted()).toBe('Nothing marked');
  });

  test('snaps a rough stroke to the damage beneath it', async () => {
    const { page } = window;
    // The command is there only where something is marked.
    if ((await painted()) !== 'Nothing marked') await window.command('Clear the mask');
    await waitForPainted('Nothing marked');
    await page.keyboard.press('d');
    const size = page.getByRole('spinbutton', { name: 'Size' });
    await size.fill('30');
    await size.press('Enter');
    // Along the scratch above the right eye.
    await window.paint([0.5, 0.32], [0.62, 0.38], [0.72, 0.42]);
    await waitForPainted(/% marked/);
    await page.getByRole('button', { name: 'Undo snap stroke' }).waitFor();
    const share = Number(/[\d.]+/.exec((await painted()) ?? '')?.[0]);
    // The stroke itself would be about three percent of the picture.
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(2);
    await page.keyboard.press('b');
  });

  test('exports the mask and imports it again', async () => {
    const { page } = window;
    const marked = await painted();
    const download = page.waitForEvent('download');
    await window.command('Export the mask');
    const file = await (await download).path();
    const mask = await decodePicture(await readFile(file), 'mask');
    expect([mask.width, mask.height]).toEqual([451, 300]);
    await window.command('Clear the mask');
    await waitForPainted('Nothing marked');
    const picker = page.waitForEvent('filechooser');
    await window.command('Import a mask');
    await (await picker).setFiles({ name: 'mask.png', mimeType: 'image/png', buffer: await readFile(file) });
    await page.getByText('The mask has been imported').first().waitFor();
    expect(await painted()).toBe(marked);
  });

  test('keeps pictures, masks and tool settings over a reload', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea.png'));
    await page.getByRole('tab', { name: 'chelsea-scratched.png' }).click();
    await page.getByRole('spinbutton', { name: 'Size' }).fill('77');
    await page.keyboard.press('Enter');
    const marked = await painted();
    // Longer than the pause after which session and settings are saved.
    await page.waitForTimeout(1500);
    await page.reload();
    await window.canvas.waitFor();
    await expect.poll(() => page.getByRole('tab').allInnerTexts()).toEqual(['chelsea-scratched.png', 'chelsea.png']);
    await expect.poll(painted).toBe(marked);
    expect(await page.getByRole('spinbutton', { name: 'Size' }).inputValue()).toBe('77');
  });

  test('had no errors in the console', () => expect(window.problems).toEqual([]));
});

describeInBrowser('the mask editor on fine screens', () => {
  test.each([1.5, 2])('draws one picture pixel on one of the screen at a ratio of %f', async (ratio) => {
    const window = await AppPage.open({
      context: { deviceScaleFactor: ratio, viewport: { width: 1201, height: 701 } },
    });
    await window.openPictures(sample('chelsea-scratched.png'));
    await window.command('Actual pixels');
    const original = await decodePicture(await readFile(sample('chelsea-scratched.png')), 'the sample');
    const size = await window.canvas
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => ({
        width: canvas.width,
        height: canvas.height,
        shown: canvas.getBoundingClientRect().width * devicePixelRatio,
      }));
    // Layout counts in 64ths of a CSS pixel; the canvas is snapped to whole pixels of the screen.
    expect(size.shown).toBeCloseTo(size.width, 1);
    const left = Math.round((size.width - original.width) / 2);
    const top = Math.round((size.height - original.height) / 2);
    // Rounded to a whole pixel of the screen, which may be the one beside.
    const row = await colours(
      window,
      Array.from({ length: 43 }, (_, i): Place => [left - 1 + i, top + 150]),
    );
    const isRow = (shift: number, y: number): boolean =>
      row.picture.slice(shift, shift + 40).every(([red], i) => red === original.data[(y * original.width + i) * 3]);
    const found = [0, 1, 2].some((shift) => [149, 150, 151].some((y) => isRow(shift, y)));
    expect(found).toBe(true);
    await window.close();
  });
});

type Place = readonly [x: number, y: number];

/** A place of the canvas, CSS pixels, on something that was found. */
async function findingPlace(window: AppPage): Promise<Place> {
  return window.canvas.evaluate(async (element) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const canvas = element.querySelectorAll('canvas')[2];
    const { data, width } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    // In the middle of something at least 8 pixels wide.
    for (let at = 8; at < data.length / 4; at++) {
      if ([-4, -2, 0, 2, 4].every((shift) => data[(at + shift) * 4 + 3] > 100)) {
        return [(at % width) / devicePixelRatio, Math.floor(at / width) / devicePixelRatio] as const;
      }
    }
    throw new Error('Nothing is drawn.');
  });
}

/** Colours of pixels of the canvas, picture and mask, after the frame that is due. */
async function colours(window: AppPage, places: readonly Place[]): Promise<{ picture: number[][]; mask: number[][] }> {
  return window.canvas.evaluate(async (element, at) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const [picture, mask] = [...element.querySelectorAll('canvas')].map((canvas) => {
      const context = canvas.getContext('2d');
      return at.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
    });
    return { picture, mask };
  }, places as Place[]);
}
