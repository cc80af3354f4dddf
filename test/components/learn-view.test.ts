import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { beforeEach, expect, test, vi } from 'vitest';
import type { LabJob } from '../../src-main/contract/app/lab.ts';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';
import { content } from './run-pieces.ts';

const LESSONS = [
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
];

let page: ReturnType<typeof render>['container']['ownerDocument'];

beforeEach(async () => {
  page = render(App, { client: new HostDouble() }).container.ownerDocument;
  await fireEvent.click(screen.getByRole('button', { name: 'Learn' }));
});

async function open(name: string): Promise<void> {
  await fireEvent.click(within(screen.getByRole('navigation', { name: 'Lessons' })).getByRole('button', { name }));
}

test.each(LESSONS)('%s says what it shows and is free of accessibility faults', async (name) => {
  await open(name);
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(name);
  for (const image of screen.getAllByRole('img')) expect(image.getAttribute('aria-label')).not.toBe('');
  screen.getByText(/^Sources: /);
  const { violations } = await axe.run(page.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
});

test('arrow keys move a component, and the numbers follow', async () => {
  const handle = screen.getByRole('button', { name: /^Component 3 at 0.1; -0.55/ });
  const score = () => screen.getByText('Score at x').nextElementSibling?.textContent;
  const before = score();
  await fireEvent.keyDown(handle, { key: 'ArrowRight', shiftKey: true });
  await fireEvent.keyDown(handle, { key: 'ArrowDown' });
  expect(handle.getAttribute('aria-label')).toMatch(/^Component 3 at 0.3; -0.6\./);
  expect(score()).not.toBe(before);
});

test('steps one at a time, and resets', async () => {
  await open('Forward SDE');
  const progress = () => screen.getByRole('progressbar').getAttribute('aria-label');
  await vi.waitFor(() => expect(progress()).toBe('Step 0 of 150'));
  await fireEvent.click(screen.getByRole('button', { name: 'Step' }));
  await vi.waitFor(() => expect(progress()).toBe('Step 1 of 150'));
  await fireEvent.click(screen.getByRole('button', { name: 'Reset' }));
  await vi.waitFor(() => expect(progress()).toBe('Step 0 of 150'));
});

test('plays by animation frames, and to the end at once where motion is not wanted', async () => {
  await open('Reverse SDE and ODE');
  await fireEvent.click(screen.getByRole('button', { name: 'Play' }));
  expect(screen.getByRole('button', { name: 'Pause' })).toBeDefined();
  await fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  page.documentElement.dataset['motion'] = 'reduced';
  try {
    await open('Forward SDE');
    await vi.waitFor(() => screen.getByRole('progressbar'));
    await fireEvent.click(screen.getByRole('button', { name: 'Run to the end' }));
    await vi.waitFor(() => expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe('Step 150 of 150'));
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  } finally {
    delete page.documentElement.dataset['motion'];
  }
});

test('a constant in the energy changes energy and log Z, not the score', async () => {
  await open('Energies');
  const read = (name: string): string => screen.getByText(name).nextElementSibling?.textContent ?? '';
  const before = ['E(x)', 'log Z', 'Score −∇E at x', 'log p(x) = −E(x) − log Z'].map(read);
  await fireEvent.input(screen.getByRole('slider', { name: /Constant added/ }), { target: { value: '5' } });
  const after = ['E(x)', 'log Z', 'Score −∇E at x', 'log p(x) = −E(x) − log Z'].map(read);
  expect(Number(after[0]) - Number(before[0])).toBeCloseTo(5, 1);
  expect(Number(after[1]) - Number(before[1])).toBeCloseTo(-5, 1);
  expect(after.slice(2)).toEqual(before.slice(2));
});

test('the scores of the posterior lesson add up', async () => {
  await open('Posterior of a measurement');
  const rows = within(screen.getByRole('table')).getAllByRole('row');
  const [prior, likelihood, sum] = rows.map((row) =>
    within(row)
      .getAllByRole('cell')
      .map((c) => Number(c.textContent)),
  );
  expect(prior[0] + likelihood[0]).toBeCloseTo(sum[0], 1);
  expect(prior[1] + likelihood[1]).toBeCloseTo(sum[1], 1);
});

test('a solver of the program draws samples of the posterior', async () => {
  await open('Posterior of a measurement');
  await fireEvent.click(screen.getByRole('button', { name: 'Samples' }));
  await fireEvent.change(screen.getByRole('combobox', { name: 'Solver' }), { target: { value: 'mmps' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Step' }));
  await vi.waitFor(() => expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe('Step 1 of 40'));
  expect(screen.getByRole('combobox', { name: 'Solver' })).toHaveProperty('value', 'mmps');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('guidance adds the classifier to the prior; digits are drawn by the host, a row for each class', async () => {
  const jobs: LabJob[] = [];
  cleanup();
  const host = new HostDouble({
    startLab: ({ job }) => (jobs.push(job), { lab: 'lab-digits' }),
    forgetLab: () => null,
    readPicture: () => content(),
  });
  render(App, { client: host });
  await fireEvent.click(screen.getByRole('button', { name: 'Learn' }));
  await open('Classes and guidance');
  const scores = () =>
    within(screen.getByRole('table'))
      .getAllByRole('row')
      .map((row) =>
        within(row)
          .getAllByRole('cell')
          .map(({ textContent }) => Number(textContent.replace('−', '-'))),
      );
  const [prior, classifier, guided] = scores();
  guided.forEach((value, i) => expect(value).toBeCloseTo(prior[i] + classifier[i], 1));
  await fireEvent.input(screen.getByRole('slider', { name: /Guidance s/ }), { target: { value: '2' } });
  scores()[1].forEach((value, i) => expect(value).toBeCloseTo(2 * classifier[i], 1));
  await fireEvent.click(screen.getByRole('button', { name: 'Digits' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Draw digits' }));
  await vi.waitFor(() =>
    expect(jobs).toMatchObject([
      { kind: 'sample', network: { model: 'digits' }, classifier: { class: 'all', scale: 2 } },
    ]),
  );
  await screen.findByText('Digits drawn with s = 2, a row for each class.');
  const file = { id: 'file-9', name: 's.png', bytes: 1 };
  host.send({ type: 'lab-picture', lab: 'lab-digits', picture: { sample: 0, class: 7, file } });
  await screen.findByRole('list', { name: 'Samples of class 7' });
  host.send({ type: 'lab-end', lab: 'lab-digits', status: 'done', report: undefined });
  await screen.findByRole('button', { name: 'Draw digits' });
  await open('Forward SDE');
  await vi.waitFor(() => expect(host.requests.at(-1)).toEqual({ name: 'forgetLab', request: { lab: 'lab-digits' } }));
});
