import { fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { LabJob, LabSnapshot } from '../../src-main/contract/app/lab.ts';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';
import { content, samplerChoices } from './run-pieces.ts';

type Answers = ConstructorParameters<typeof HostDouble>[0];

async function openLab(answers: Answers = {}): Promise<HostDouble> {
  const host = new HostDouble({
    models: () => [
      { name: 'photo', title: 'Photo', description: '', channels: 3, tasks: ['inpaint'], hasGradient: true },
      {
        ...{ name: 'digits', title: 'Digits', description: '', channels: 1, tasks: ['inpaint'], hasGradient: true },
        ...{ size: [28, 28], classes: ['zero', 'one', 'two'] },
      },
    ],
    labs: () => [],
    samplerChoices: () => samplerChoices,
    startLab: () => ({ lab: 'lab-001' }),
    cancelLab: () => null,
    forgetLab: () => null,
    readPicture: () => content(),
    ...answers,
  });
  render(App, { client: host });
  await vi.waitFor(() => expect(host.requests.some(({ name }) => name === 'session')).toBe(true));
  await fireEvent.click(screen.getByRole('button', { name: 'Lab' }));
  return host;
}

const requestsOf = <T>(host: HostDouble, name: string): T[] =>
  host.requests.filter((request) => request.name === name).map(({ request }) => request as T);

async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(screen.getByRole('main'), { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

const picture = (width = 2) => ({ width, height: width, channels: 3, bytes: new Uint8Array(3 * width * width) });

test('draws samples with the options on the screen, shows progress and way, and is cancelled by Escape', async () => {
  const host = await openLab();
  await fireEvent.input(await screen.findByRole('spinbutton', { name: 'Pictures' }), { target: { value: '2' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Steps' }), { target: { value: '12' } });
  await fireEvent.click(screen.getByRole('button', { name: /^Draw samples/ }));
  await vi.waitFor(() => expect(requestsOf(host, 'startLab')).toHaveLength(1));
  const [{ job }] = requestsOf<{ job: LabJob }>(host, 'startLab');
  expect(job).toEqual({
    ...{ kind: 'sample', count: 2, width: 64, height: 64 },
    network: { model: 'photo', provider: 'auto' },
    options: { seed: 0, steps: 12 },
  });
  const lab = 'lab-001';
  await screen.findByText('Starting…');
  const progress = { fraction: 0.25, etaMs: 3000, item: 0, items: 2 };
  host.send({ type: 'lab-progress', lab, progress });
  host.send({
    type: 'lab-frame',
    lab,
    frame: { sample: 0, step: 1, sigma: 80, state: picture(), denoised: picture() },
  });
  await screen.findByText(/1 of 2, 25 % done\. About 3 s left\./);
  screen.getByRole('img', { name: 'State at step 1, σ 80' });
  host.send({ type: 'lab-picture', lab, picture: { sample: 0, file: { id: 'file-9', name: 's.png', bytes: 1 } } });
  await screen.findByRole('button', { name: 'Sample 1' });
  await fireEvent.keyDown(window, { key: 'Escape' });
  await vi.waitFor(() => expect(requestsOf(host, 'cancelLab')).toEqual([{ lab }]));
  host.send({ type: 'lab-end', lab, status: 'cancelled' });
  await screen.findByText('Cancelled. What was finished is kept.');
  await expectAccessible();
});

test('says why the host cannot do it', async () => {
  const host = await openLab();
  await fireEvent.click(screen.getByRole('button', { name: /^Draw samples/ }));
  await screen.findByText('Starting…');
  const problem = { code: 'unsupported-combination', message: '--eta 0.5 would change nothing.' } as const;
  host.send({ type: 'lab-end', lab: 'lab-001', status: 'failed', problem });
  expect((await screen.findByRole('alert')).textContent).toBe(problem.message);
});

test('ranks pictures, the least likely first, as they were before a reload', async () => {
  const report = (bits: number) => ({ bitsPerDimension: bits, standardError: 0.02 });
  const snapshot = {
    ...{ lab: 'lab-007', kind: 'likelihood', model: 'photo', status: 'done', progress: undefined, report: undefined },
    ...{ problem: undefined, frames: [], pictures: [], latents: [], notices: [] },
    likelihoods: [
      { file: 'file-1', name: 'a.png', report: report(2) },
      {
        ...{ file: 'file-2', name: 'b.png', report: report(3) },
        map: { file: { id: 'map-02', name: 'm.png', bytes: 1 }, low: 1, high: 6 },
      },
    ],
  } as unknown as LabSnapshot;
  await openLab({ labs: () => [snapshot] });
  await fireEvent.click(screen.getByRole('button', { name: 'Likelihood' }));
  const [, first, second] = within(await screen.findByRole('table')).getAllByRole('row');
  expect(first.textContent).toContain('3.000');
  expect(second.textContent).toContain('2.000');
  await screen.findByRole('img', { name: /Unlikely places, from 1\.000 \(dark\) to 6\.000/ });
  const bar = screen.getByRole('img', { name: 'Colours from dark, 1, to bright, 6: Bits per dimension' });
  expect(bar.textContent).toMatch(/1.*2\.25.*3\.5.*4\.75.*6/);
  expect(screen.getByRole('button', { name: /^Measure/ }).getAttribute('aria-disabled')).toBe('true');
  screen.getByText('Choose pictures first.');
  await expectAccessible();
});

test('draws every class of a model that has a classifier, a row each, at the size it was trained on', async () => {
  const host = await openLab();
  await fireEvent.change(await screen.findByRole('combobox', { name: 'Model' }), { target: { value: 'digits' } });
  expect(screen.getByRole('spinbutton', { name: 'Side, pixels' })).toHaveProperty('value', '28');
  expect(screen.queryByRole('spinbutton', { name: 'Guidance' })).toBeNull();
  await fireEvent.change(screen.getByRole('combobox', { name: 'Class' }), { target: { value: 'all' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Guidance' }), { target: { value: '3' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Pictures' }), { target: { value: '2' } });
  await fireEvent.click(screen.getByRole('button', { name: /^Draw samples/ }));
  await vi.waitFor(() => expect(requestsOf(host, 'startLab')).toHaveLength(1));
  expect(requestsOf<{ job: LabJob }>(host, 'startLab')[0].job).toMatchObject({
    ...{ kind: 'sample', count: 2, width: 28, height: 28, classifier: { class: 'all', scale: 3 } },
    network: { model: 'digits' },
  });
  const lab = 'lab-001';
  [0, 0, 1, 1, 2].forEach((drawn, sample) =>
    host.send({
      type: 'lab-picture',
      lab,
      picture: { sample, class: drawn, file: { id: `file-${sample}`, name: 's.png', bytes: 1 } },
    }),
  );
  const row = await screen.findByRole('list', { name: 'Samples of class one' });
  expect(
    within(row)
      .getAllByRole('button')
      .map((button) => button.getAttribute('aria-label')),
  ).toEqual(['Sample 3, class one', 'Sample 4, class one']);
  expect(within(screen.getByRole('list', { name: 'Samples of class two' })).getAllByRole('listitem')).toHaveLength(1);
  await expectAccessible();
  // A model without a classifier has no classes, and pictures their usual size.
  await fireEvent.change(screen.getByRole('combobox', { name: 'Model' }), { target: { value: 'photo' } });
  expect(screen.queryByRole('combobox', { name: 'Class' })).toBeNull();
  expect(screen.getByRole('spinbutton', { name: 'Side, pixels' })).toHaveProperty('value', '64');
});

test('shows what runs where nothing is chosen, and takes changes of the settings back and repeats them', async () => {
  await openLab();
  const steps = await screen.findByRole('spinbutton', { name: 'Steps' });
  await vi.waitFor(() => expect(steps).toHaveProperty('placeholder', '40'));
  const press = (key: string, options: KeyboardEventInit = {}) =>
    fireEvent.keyDown(screen.getByRole('main'), { key, ctrlKey: true, ...options });
  await fireEvent.input(steps, { target: { value: '1' } });
  await fireEvent.input(steps, { target: { value: '12' } });
  await fireEvent.focusOut(steps);
  await fireEvent.change(screen.getByRole('combobox', { name: 'Predictor' }), { target: { value: 'ddim' } });
  const eta = screen.getByRole('spinbutton', { name: 'η' });
  await fireEvent.input(eta, { target: { value: '0.5' } });
  await press('z');
  expect(eta).toHaveProperty('value', '');
  await press('z');
  expect(screen.getByRole('combobox', { name: 'Predictor' })).toHaveProperty('value', '');
  await fireEvent.click(screen.getByRole('button', { name: 'Undo Steps' }));
  expect(steps).toHaveProperty('value', '');
  expect(screen.getByRole('button', { name: 'Undo' }).getAttribute('aria-disabled')).toBe('true');
  await press('z', { shiftKey: true });
  expect(steps).toHaveProperty('value', '12');
  await screen.findByText('Repeated: Steps');
  await fireEvent.click(screen.getByRole('button', { name: 'Redo Predictor' }));
  expect(screen.getByRole('combobox', { name: 'Predictor' })).toHaveProperty('value', 'ddim');
});
