import { fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { LabJob, LabSnapshot } from '../../src-main/contract/app/lab.ts';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';
import { content } from './run-pieces.ts';

type Answers = ConstructorParameters<typeof HostDouble>[0];

async function openLab(answers: Answers = {}): Promise<HostDouble> {
  const host = new HostDouble({
    models: () => [
      { name: 'photo', title: 'Photo', description: '', channels: 3, tasks: ['inpaint'], hasGradient: true },
    ],
    labs: () => [],
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
    ...{ lab: 'lab-007', kind: 'likelihood', status: 'done', progress: undefined, report: undefined },
    ...{ problem: undefined, frames: [], pictures: [], latents: [], notices: [] },
    likelihoods: [
      { file: 'file-1', report: report(2) },
      { file: 'file-2', report: report(3), map: { file: { id: 'map-02', name: 'm.png', bytes: 1 }, low: 1, high: 6 } },
    ],
  } as unknown as LabSnapshot;
  await openLab({ labs: () => [snapshot] });
  await fireEvent.click(screen.getByRole('button', { name: 'Likelihood' }));
  const [, first, second] = within(await screen.findByRole('table')).getAllByRole('row');
  expect(first.textContent).toContain('3.000');
  expect(second.textContent).toContain('2.000');
  await screen.findByRole('img', { name: /Unlikely places, from 1\.000 \(dark\) to 6\.000/ });
  expect(screen.getByRole('button', { name: /^Measure/ }).getAttribute('aria-disabled')).toBe('true');
  screen.getByText('Choose pictures first.');
  await expectAccessible();
});
