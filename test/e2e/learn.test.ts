import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser } from './harness.ts';

describeInBrowser('the Learn view', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open({ context: { reducedMotion: 'no-preference' } });
    await window.page.getByRole('button', { name: 'Learn', exact: true }).click();
  });
  afterAll(() => window.close());

  const lesson = (name: string): Promise<void> => window.page.getByRole('button', { name, exact: true }).click();
  const progress = async (): Promise<number> =>
    Number(await window.page.getByRole('progressbar').getAttribute('value'));

  test.each([
    'Score and noise',
    'Energies',
    'Score matching',
    'Noise levels and weights',
    'Langevin sampling',
    'Slow mixing',
    'Forward SDE',
    'Chains and SDEs',
    'Reverse SDE and ODE',
    'Adaptive ODE sampling',
    'Classes and guidance',
    'Posterior of a measurement',
  ])('%s is accessible, light and dark', async (name) => {
    await lesson(name);
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.page.emulateMedia({ colorScheme });
      await window.expectAccessible();
    }
  });

  test('a component is moved by the pointer, and what is drawn changes', async () => {
    const { page } = window;
    await lesson('Score and noise');
    const drawn = () => page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const before = await drawn();
    const handle = page.getByRole('button', { name: /^Component 1/ });
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + 13, box.y + 13);
    await page.mouse.down();
    await page.mouse.move(box.x + 113, box.y + 63, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => handle.getAttribute('aria-label')).not.toMatch(/at -0\.5; 0\.45/);
    expect(await drawn()).not.toBe(before);
  });

  test('plays, pauses, and starts anew when something is changed', async () => {
    const { page } = window;
    await lesson('Reverse SDE and ODE');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(progress).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const at = await progress();
    await page.waitForTimeout(200);
    expect(await progress()).toBe(at);
    await page.getByRole('combobox', { name: 'Predictor' }).selectOption('heun');
    await expect.poll(progress).toBe(0);
  });

  test('a network learns the score in the page, is stopped, and draws samples', async () => {
    const { page } = window;
    await lesson('Score matching');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Train', exact: true }).waitFor();
    for (const objective of ['explicit', 'implicit', 'sliced', 'denoising']) {
      await page.getByRole('combobox', { name: 'Objective' }).selectOption(objective);
      await page.getByRole('slider', { name: /Training steps/ }).fill('200');
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await page.getByText(/Training ended at step 200/).waitFor({ state: 'attached' });
      const dense = await page
        .getByRole('row', { name: /above 10 ?%/ })
        .getByRole('cell')
        .innerText();
      // Nothing learnt is an error of about 100 %.
      expect(parseFloat(dense)).toBeLessThan(90);
    }
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    // Of another density nothing is known yet.
    await page.getByRole('combobox', { name: 'Pictures' }).selectOption('two');
    await page.getByRole('img', { name: /nothing has been learnt/ }).waitFor();
  }, 180_000);

  test('one network learns all noise levels, with the errors of each', async () => {
    const { page } = window;
    await lesson('Noise levels and weights');
    await page.getByRole('slider', { name: /Training steps/ }).fill('200');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/Training ended at step 200/).waitFor({ state: 'attached' });
    expect(await page.getByRole('row', { name: /^σ = / }).count()).toBe(9);
    await page.getByRole('row', { name: /KL bound/ }).waitFor();
    await window.expectAccessible();
    expect(window.problems).toEqual([]);
  }, 180_000);

  test('without motion it goes to the end at once', async () => {
    const { page } = window;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await lesson('Forward SDE');
    await page.getByRole('button', { name: 'Run to the end' }).click();
    await expect.poll(progress).toBe(150);
    expect(window.problems).toEqual([]);
  });
});
