import { NO_LABEL } from '../../src-main/contract/app/runs.ts';
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { RunRequest } from '../../src-main/contract/app/runs.ts';
import { LangevinError } from '../../src-main/errors.ts';
import RestorePanel from '../../src-renderer/panel/restore-panel.svelte';
import { presetsOf } from '../../src-main/contract/restore-options.ts';
import { applyPreset, presetOf } from '../../src-renderer/panel/presets.ts';
import { centreOf, nearestPainted, previewRect } from '../../src-renderer/panel/preview-rect.ts';
import { MaskLayer } from '../../src-renderer/canvas/mask-layer.ts';
import { chooseModel } from '../../src-renderer/panel/choose-model.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { HostDouble } from './host-double.ts';
import { choices, openPicture, paintSome, runStep } from './run-pieces.ts';
import WithApp from './with-app.svelte';

type Answers = ConstructorParameters<typeof HostDouble>[0];

function showPanel(answers: Answers = {}): { host: HostDouble; picture: OpenPicture; app: AppState } {
  const host = new HostDouble({
    choices: () => choices,
    planRun: () => ({ solver: 'mmps', settings: { steps: 8 }, windows: 1, paintedPixels: 9, passes: 56, seconds: 65 }),
    startRun: () => ({ run: 'run-01' }),
    cancelRun: () => null,
    acknowledgeFrame: () => null,
    runs: () => [],
    ...answers,
  });
  const app = new AppState(host as AppClient);
  const picture = openPicture();
  render(WithApp, { props: { app, component: RestorePanel, shown: { picture } } });
  return { host, picture, app };
}

const restoreButton = (): HTMLElement => screen.getByRole('button', { name: /^Restore Ctrl/ });
const requestsOf = (host: HostDouble, name: string): unknown[] =>
  host.requests.filter((request) => request.name === name).map(({ request }) => request);

test('says that nothing is painted, and starts nothing then', async () => {
  const { host } = showPanel();
  expect(restoreButton().getAttribute('aria-disabled')).toBe('true');
  screen.getByText(/Nothing is painted yet/);
  await fireEvent.click(restoreButton());
  expect(requestsOf(host, 'startRun')).toEqual([]);
});

test('says how long a run would take, and starts it with mask, options and model', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  const note = await screen.findByText('Takes about 1 min 5 s.');
  expect(note.title).toBe('mmps, 56 network passes, 1 window.');
  await fireEvent.click(restoreButton());
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(1));
  const [request] = requestsOf(host, 'startRun') as RunRequest[];
  expect(request).toMatchObject({
    file: 'file-1',
    mask: { x: 1, y: 1, width: 3, height: 3 },
    options: { task: 'inpaint', seed: 0, samples: 1 },
    network: { model: 'photo', provider: 'auto' },
  });
  expect(picture.stage).toBe('live');
});

test('refuses with the reason of the host', async () => {
  const { picture } = showPanel({
    planRun: () => {
      throw new LangevinError('unsupported-combination', 'ddrm needs a singular value decomposition.');
    },
  });
  paintSome(picture);
  await screen.findByText('ddrm needs a singular value decomposition.');
  expect(restoreButton().getAttribute('aria-disabled')).toBe('true');
});

test('shows progress, and cancels with Escape', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  flushSync();
  await fireEvent.click(restoreButton());
  await screen.findByText('Starting…');
  host.send({ type: 'run-step', run: 'run-01', step: runStep(4) });
  await screen.findByText('4 / 10');
  expect(screen.getByRole('progressbar').getAttribute('value')).toBe('0.4');
  await fireEvent.keyDown(window, { key: 'Escape' });
  expect(requestsOf(host, 'cancelRun')).toEqual([{ run: 'run-01' }]);
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  await screen.findByText(/Cancelled\./);
  expect(picture.stage).toBe('edit');
  expect(picture.isPainted).toBe(true);
});

test('says what to do after a failure, and runs again', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  flushSync();
  await fireEvent.click(restoreButton());
  await screen.findByText('Starting…');
  const problem = { code: 'engine-crashed', message: 'The engine ended (SIGKILL).' } as const;
  host.send({ type: 'run-end', run: 'run-01', status: 'failed', problem });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The engine ended (SIGKILL).');
  expect(alert.textContent).toContain('Picture and mask are safe');
  await fireEvent.click(screen.getByRole('button', { name: 'Run again' }));
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(2));
});

test('goes on with a run of before a reload', async () => {
  const snapshot = {
    run: 'run-07',
    file: 'file-1',
    task: 'inpaint',
    status: 'running',
    document: 'file-1',
    label: NO_LABEL,
    started: '2026-01-01T00:00:00Z',
    steps: [runStep(1), runStep(2)],
    results: [],
    notices: [],
    report: undefined,
    problem: undefined,
  } as const;
  const { host, picture } = showPanel({ runs: () => [snapshot] });
  await screen.findByText('2 / 10');
  expect(picture.stage).toBe('live');
  host.send({ type: 'run-step', run: 'run-07', step: runStep(3) });
  await screen.findByText('3 / 10');
});

test('lists solvers that cannot run with the reason, and takes none of them', async () => {
  showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  const option = (await screen.findByRole('option', { name: /DDRM/, hidden: true })) as HTMLOptionElement;
  expect(option.disabled).toBe(true);
  expect(option.textContent).toContain('needs a singular value decomposition');
});

test('keeps the options of each task while another is tried', async () => {
  const { picture } = showPanel();
  await screen.findByRole('button', { name: 'Instant' });
  await fireEvent.click(screen.getByRole('button', { name: 'Instant' }));
  expect(picture.options.preset).toBe('instant');
  await fireEvent.click(screen.getByRole('radio', { name: /Super-resolve/ }));
  expect(picture.options).toMatchObject({ task: 'super-resolve' });
  expect(picture.options.preset).toBeUndefined();
  await fireEvent.click(screen.getByRole('radio', { name: /Inpaint/ }));
  expect(picture.options.preset).toBe('instant');
});

test('a task begins with what it cannot do without, or says what to give', async () => {
  const { picture } = showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Super-resolve/ }));
  expect(picture.options.scale).toBe(2);
  await fireEvent.click(screen.getByRole('radio', { name: /Deblur/ }));
  screen.getByText(/How blurred is the picture\?/);
  expect(restoreButton().getAttribute('aria-disabled')).toBe('true');
  await fireEvent.change(screen.getByRole('spinbutton', { name: 'Blur σ, pixels' }), { target: { value: '2' } });
  expect(picture.options.blurSigma).toBe(2);
  expect(restoreButton().getAttribute('aria-disabled')).toBe('false');
});

test('says what happened to the picture, and starts nothing where nothing did', async () => {
  const { host } = showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Several at once/ }));
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Saved as JPEG' }));
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Made small' }));
  await fireEvent.change(screen.getByRole('combobox', { name: 'Enlargement' }), { target: { value: '3' } });
  const quality = screen.getByRole('spinbutton', { name: 'JPEG quality' });
  expect(quality.getAttribute('placeholder')).toBe('from the file');
  await fireEvent.input(quality, { target: { value: '40' } });
  await fireEvent.click(restoreButton());
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(1));
  const [request] = requestsOf(host, 'startRun') as RunRequest[];
  expect(request.options).toMatchObject({ task: 'compound', damage: { noise: 'auto', jpeg: 40, scale: 3 } });
});

test('several damages at once need at least one', async () => {
  showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Several at once/ }));
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Noisy' }));
  expect(restoreButton().getAttribute('aria-disabled')).toBe('true');
  screen.getByText(/Tick at least one thing/);
});

test('refuses numbers outside their limits and says which are allowed', async () => {
  const { picture } = showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  const steps = (await screen.findByRole('spinbutton', { name: 'Steps', hidden: true })) as HTMLInputElement;
  steps.value = '0';
  await fireEvent.change(steps);
  screen.getByText('Must be a whole number from 1 to 10,000.');
  expect(picture.options.steps).toBeUndefined();
  steps.value = '12';
  await fireEvent.change(steps);
  expect(picture.options.steps).toBe(12);
});

test("offers the solver's own options with range and source, and says at the field what is wrong", async () => {
  const { host, picture } = showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  const iterations = (await screen.findByRole('spinbutton', { name: 'iterations', hidden: true })) as HTMLInputElement;
  screen.getByText(/Conjugate residual iterations\. Takes a whole number from 1 to 1,000\. Tuned for this task: 1\./);
  await fireEvent.input(iterations, { target: { value: '7' } });
  expect(picture.options.methodOptions).toEqual({ iterations: 7 });
  const clip = screen.getByRole('spinbutton', { name: 'clip', hidden: true }) as HTMLInputElement;
  await fireEvent.input(clip, { target: { value: '0' } });
  screen.getByText('Must be a number above 0.');
  expect(clip.getAttribute('aria-invalid')).toBe('true');
  expect(picture.options.methodOptions).toEqual({ iterations: 7 });
  await fireEvent.input(clip, { target: { value: '' } });
  await fireEvent.click(screen.getByRole('checkbox', { name: 'No clip', hidden: true }));
  expect(picture.options.methodOptions).toEqual({ iterations: 7, clip: null });
  await fireEvent.click(screen.getByRole('checkbox', { name: 'No clip', hidden: true }));
  await fireEvent.input(iterations, { target: { value: '' } });
  expect(picture.options.methodOptions).toBeUndefined();
  await fireEvent.change(screen.getByRole('combobox', { name: 'Solver', hidden: true }), { target: { value: 'mmps' } });
  await waitFor(() => expect(requestsOf(host, 'choices').at(-1)).toMatchObject({ chosen: { solver: 'mmps' } }));
});

test('what would change nothing is not offered, and the lowest level stays below the highest', async () => {
  const { picture } = showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  const lowest = (await screen.findByRole('spinbutton', { name: 'σ min', hidden: true })) as HTMLInputElement;
  await waitFor(() => screen.getByRole('combobox', { name: 'Schedule', hidden: true }));
  expect(screen.queryByRole('combobox', { name: 'SDE', hidden: true })).toBeNull();
  expect(screen.queryByRole('spinbutton', { name: 'η', hidden: true })).toBeNull();
  await fireEvent.input(lowest, { target: { value: '0.5' } });
  screen.getByText('Must be a number above 0 below 0.5.');
  expect(picture.options.sigmaMin).toBeUndefined();
  await fireEvent.input(lowest, { target: { value: '0.02' } });
  expect(picture.options.sigmaMin).toBe(0.02);
});

test('takes settings as text, says what is wrong with others, and takes them back', async () => {
  const { app, picture } = showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  await fireEvent.click(screen.getByRole('button', { name: 'Paste settings…', hidden: true }));
  const field = screen.getByRole('textbox', { name: /Settings, or the report/ });
  await fireEvent.input(field, { target: { value: '{"options": {"stepps": 3}}' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Use them' }));
  expect((await screen.findByRole('alert')).textContent).toContain('stepps');
  const report = { model: 'photo', options: { task: 'inpaint', solver: 'ddnm', steps: 30, seed: 5, samples: 1 } };
  await fireEvent.input(field, { target: { value: JSON.stringify(report) } });
  await fireEvent.click(screen.getByRole('button', { name: 'Use them' }));
  expect(picture.options).toEqual(report.options);
  const { message, offer } = app.notices.at(-1)!;
  expect(message).toBe('Settings taken over: solver, steps, seed.');
  offer!.perform();
  expect(picture.options).toEqual({ task: 'inpaint', seed: 0, samples: 1 });
});

test('a shortcut uses the number on the screen, typed but not yet left', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  await fireEvent.click(screen.getByText('Advanced'));
  const steps = (await screen.findByRole('spinbutton', { name: 'Steps', hidden: true })) as HTMLInputElement;
  await fireEvent.input(steps, { target: { value: '4' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Seed', hidden: true }), { target: { value: '17' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Samples', hidden: true }), { target: { value: '3' } });
  picture.commands.run?.();
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(1));
  const [request] = requestsOf(host, 'startRun') as RunRequest[];
  expect(request.options).toMatchObject({ steps: 4, seed: 17, samples: 3 });
});

test('nothing starts with a value of before while a field shows one that cannot be', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  await fireEvent.click(screen.getByText('Advanced'));
  const steps = (await screen.findByRole('spinbutton', { name: 'Steps', hidden: true })) as HTMLInputElement;
  await fireEvent.input(steps, { target: { value: '4' } });
  await fireEvent.input(steps, { target: { value: '4.5' } });
  await screen.findByText(/A field marked in red/);
  expect(picture.commands.run).toBeUndefined();
  await fireEvent.click(restoreButton());
  expect(requestsOf(host, 'startRun')).toEqual([]);
  await fireEvent.input(steps, { target: { value: '5' } });
  await fireEvent.click(restoreButton());
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(1));
  expect((requestsOf(host, 'startRun') as RunRequest[])[0].options.steps).toBe(5);
});

test('what is being typed is not rewritten, and settings from elsewhere are shown', async () => {
  const { picture } = showPanel();
  await fireEvent.click(screen.getByText('Advanced'));
  const noise = screen.getByRole('spinbutton', { name: 'Noise σ' }) as HTMLInputElement;
  for (const text of ['1', '1.', '1.0', '1.05']) await fireEvent.input(noise, { target: { value: text } });
  expect(noise.value).toBe('1.05');
  expect(picture.options.noise).toBe(1.05);
  picture.options = { ...picture.options, noise: 3 };
  await waitFor(() => expect(noise.value).toBe('3'));
  await fireEvent.input(noise, { target: { value: '' } });
  expect(picture.options.noise).toBeUndefined();
});

test('a photograph cannot be reconstructed, and says why', async () => {
  const { host, picture } = showPanel();
  const card = screen.getByRole('radio', { name: /Reconstruct/ }) as HTMLInputElement;
  expect(card.disabled).toBe(true);
  screen.getByText(/This picture has colours/);
  // As a session of before may have it.
  picture.options = { ...picture.options, task: 'reconstruct', angles: 60 };
  flushSync();
  expect(restoreButton().getAttribute('aria-disabled')).toBe('true');
  expect(requestsOf(host, 'startRun')).toEqual([]);
});

test('a failure goes with its task', async () => {
  const { host, picture } = showPanel();
  paintSome(picture);
  flushSync();
  await fireEvent.click(restoreButton());
  await screen.findByText('Starting…');
  host.send({ type: 'run-end', run: 'run-01', status: 'failed', problem: { code: 'internal', message: 'It broke.' } });
  await screen.findByText('It broke.');
  await fireEvent.click(screen.getByRole('radio', { name: /Denoise/ }));
  expect(screen.queryByText('It broke.')).toBeNull();
  await fireEvent.click(screen.getByRole('radio', { name: /Inpaint/ }));
  await screen.findByText('It broke.');
});

test('other tasks keep to what is painted unless told not to', async () => {
  const { host, picture } = showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Denoise/ }));
  expect(screen.queryByRole('checkbox', { name: /Only where the mask/ })).toBeNull();
  paintSome(picture);
  const box = await screen.findByRole('checkbox', { name: /Only where the mask/ });
  await fireEvent.click(restoreButton());
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(1));
  expect((requestsOf(host, 'startRun') as RunRequest[])[0].mask).toMatchObject({ x: 1, y: 1, width: 3, height: 3 });
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  await fireEvent.click(box);
  await fireEvent.click(restoreButton());
  await waitFor(() => expect(requestsOf(host, 'startRun')).toHaveLength(2));
  expect((requestsOf(host, 'startRun') as RunRequest[])[1].mask).toBeUndefined();
});

test('a preset sets the sampling back and keeps the rest', () => {
  const options = { task: 'inpaint', solver: 'dps', steps: 7, seed: 3, samples: 2, noise: 1 } as const;
  const kept = { task: 'inpaint', seed: 3, samples: 2, noise: 1 } as const;
  expect(presetOf(options)).toBeUndefined();
  expect(presetOf({ ...kept, ensemble: 2 })).toBeUndefined();
  expect(applyPreset(options, 'best')).toEqual({ ...kept, preset: 'best' });
  expect(applyPreset(applyPreset(options, 'best'), 'balanced')).toEqual(kept);
  for (const preset of presetsOf('inpaint')) expect(presetOf(applyPreset(options, preset))).toBe(preset);
  expect(presetsOf('denoise')).toEqual(['balanced', 'best']);
  // What enlarges is called by what it does, also in options that were kept under the older name.
  expect(presetsOf('super-resolve')).toEqual(['fast', 'balanced', 'faithful']);
  expect(presetOf({ task: 'super-resolve', seed: 0, samples: 1, preset: 'best' })).toBe('faithful');
});

test('a preview lies about what is painted and visible', () => {
  const visible = { x: 100, y: 0, width: 1000, height: 200 };
  const layer = new MaskLayer(2000, 1500);
  expect(nearestPainted(layer, visible)).toBeUndefined();
  layer.fillRect({ x: 0, y: 0, width: 50, height: 50 }, 'add');
  expect(nearestPainted(layer, visible)).toBeUndefined();
  layer.fillRect({ x: 90, y: 0, width: 20, height: 20 }, 'add');
  expect(nearestPainted(layer, visible)).toEqual({ x: 109, y: 19 });
  expect(previewRect(visible, { x: 109, y: 19 })).toEqual({ x: 96, y: 0, width: 256, height: 200 });
  expect(previewRect(visible, centreOf(visible))).toEqual({ x: 448, y: 0, width: 256, height: 200 });
  // Scattered damage: the block of all of it is centred where nothing is painted.
  layer.fillRect({ x: 1900, y: 1400, width: 9, height: 9 }, 'add');
  layer.fillRect({ x: 700, y: 60, width: 5, height: 5 }, 'add');
  for (const part of [visible, { x: 0, y: 0, width: 2000, height: 1500 }]) {
    const { x, y, width, height } = previewRect(part, nearestPainted(layer, part)!);
    expect(layer.read({ x, y, width, height }).some((coverage) => coverage >= 128)).toBe(true);
  }
});

test('a grey model is not chosen for a picture in colour', () => {
  const model = { title: '', description: '', tasks: ['inpaint'] as const, hasGradient: true };
  const models = [
    { ...model, name: 'ct', channels: 1 },
    { ...model, name: 'photo', channels: 3 },
  ];
  expect(chooseModel(models, 'inpaint', 'rgb', 'ct')).toBe('photo');
  expect(chooseModel(models, 'inpaint', 'gray', 'ct')).toBe('ct');
  expect(chooseModel(models, 'inpaint', 'gray', undefined)).toBe('photo');
  expect(chooseModel(models, 'deblur', 'rgb', undefined)).toBeUndefined();
});
