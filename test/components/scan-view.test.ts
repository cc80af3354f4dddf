import { NO_LABEL } from '../../src-main/contract/app/runs.ts';
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import axe from 'axe-core';
import { beforeEach, expect, test, vi } from 'vitest';
import type { RunRequest } from '../../src-main/contract/app/runs.ts';
import { defaultAppSettings } from '../../src-main/contract/app/settings.ts';
import type { ScanContent } from '../../src-main/contract/app/values.ts';
import { LangevinError } from '../../src-main/errors.ts';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';

const SIDE = 8;

function content(kind: ScanContent['kind'], value: number, height = SIDE, slices = 1): ScanContent {
  const values = new Uint8Array(new Float32Array(SIDE * height).fill(value).buffer);
  const unit = kind === 'slice' ? 'HU' : 'projection';
  return { kind, width: SIDE, height, slices, values, unit, window: { centre: 40, width: 400 } };
}

const file = { id: 'file-slice', name: 'head.dcm', bytes: 100 };
const ct = {
  name: 'ct',
  title: 'CT',
  description: '',
  channels: 1,
  tasks: ['reconstruct' as const],
  hasGradient: true,
};

function hostWith(answers: ConstructorParameters<typeof HostDouble>[0] = {}): HostDouble {
  return new HostDouble({
    hello: () => ({ kind: 'electron', version: '0', platform: 'linux', dialogs: true }),
    models: () => [ct],
    chooseFiles: () => [file],
    readScan: () => content('slice', 50),
    simulateScan: () => ({
      sinogram: { id: 'file-sinogram', name: 'head-sinogram.npy', bytes: 1 },
      angles: [0, 60, 120],
      content: content('sinogram', 1, 3),
      fbp: content('slice', 150),
    }),
    startRun: () => ({ run: 'run-000001' }),
    acknowledgeFrame: () => null,
    planRun: () => ({
      solver: 'mmps',
      settings: {},
      windows: 1,
      paintedPixels: 64,
      passes: 12,
      memory: 8e8,
      seconds: 9,
    }),
    readResult: ({ result }) => content('slice', result === 'result-fbp' ? 150 : 60),
    ...answers,
  });
}

beforeEach(() => sessionStorage.clear());

async function openView(host: HostDouble): Promise<void> {
  render(App, { client: host });
  await vi.waitFor(() => expect(host.requests.some(({ name }) => name === 'session')).toBe(true));
  await fireEvent.click(screen.getByRole('button', { name: 'CT' }));
}

async function press(name: string): Promise<void> {
  const button = await vi.waitFor(() => {
    const found = screen.getByRole('button', { name });
    expect(found).toHaveProperty('disabled', false);
    return found;
  });
  await fireEvent.click(button);
}

async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(screen.getByRole('main'), { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

const lastRequest = (host: HostDouble, name: string) => host.requests.findLast((r) => r.name === name)?.request;

test('says what to do before anything is open', async () => {
  await openView(hostWith());
  expect(screen.getByText('Reconstruct a CT slice from few views')).toBeDefined();
  await expectAccessible();
});

test('opens, simulates, reconstructs, compares and saves', async () => {
  const host = hostWith({ saveResult: () => ({ saved: true, name: 'head-reconstructed.npy' }) });
  await openView(host);
  await press('Open file…');
  await vi.waitFor(() => screen.getByText('Slice, 8 × 8 pixels'));
  expect(screen.getByRole('button', { name: 'Reconstruct' })).toHaveProperty('disabled', true);
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Views over 180°' }), { target: { value: '3' } });
  await press('Simulate scan');
  await vi.waitFor(() => screen.getByRole('img', { name: /^Sinogram, 8 × 3/ }));
  expect(lastRequest(host, 'simulateScan')).toEqual({ file: file.id, slice: 0, views: 3, noise: 0, seed: 0 });
  screen.getByRole('img', { name: /^FBP/ });
  await expectAccessible();

  await vi.waitFor(() => screen.getByText(/^Takes about 9 s\. 12 network passes\. About .* of memory\.$/));
  expect(lastRequest(host, 'planRun')).toMatchObject({ file: 'file-sinogram', isSinogram: true });
  await press('Reconstruct');
  await vi.waitFor(() => screen.getByRole('button', { name: /Cancel/ }));
  expect(lastRequest(host, 'startRun')).toMatchObject({
    file: 'file-sinogram',
    isSinogram: true,
    angles: [0, 60, 120],
    truth: file.id,
    network: { model: 'ct' },
  });
  const result = { run: 'run-000001', sample: 0, width: SIDE, height: SIDE, isScan: true, format: 'npy' };
  host.send({ type: 'run-result', run: 'run-000001', result: { ...result, id: 'result-one', kind: 'sample' } });
  host.send({
    type: 'run-end',
    run: 'run-000001',
    status: 'done',
    report: {
      options: { task: 'reconstruct', seed: 0, samples: 1 },
      ...{ task: 'reconstruct', model: 'ct', provider: 'cpu', solver: 'mmps', settings: {}, seed: 0, windows: 1 },
      ...{ paintedPixels: 64, nfe: 10, vjps: 0, seconds: 2 },
      measured: { psnr: 38.25, ssim: 0.953, fbpPsnr: 27.01, fbpSsim: 0.51, residual: 0.0123 },
    },
  });
  await vi.waitFor(() => screen.getByRole('img', { name: /^Reconstruction, 8 × 8/ }));
  screen.getByRole('img', { name: /^Error, root mean square 10 HU/ });
  expect(screen.getByText('38.3 dB')).toBeDefined();
  expect(screen.getByText('Residual: 0.012 pixels of water')).toBeDefined();
  await expectAccessible();
  await press('Save reconstruction');
  await vi.waitFor(() =>
    expect(lastRequest(host, 'saveResult')).toEqual({
      result: 'result-one',
      save: { name: 'head-reconstructed', format: 'npy' },
    }),
  );
  await fireEvent.change(screen.getByRole('combobox', { name: 'Format' }), { target: { value: 'dicom' } });
  await press('Save reconstruction');
  await vi.waitFor(() =>
    expect(lastRequest(host, 'saveResult')).toMatchObject({ save: { format: 'dicom', source: file.id } }),
  );
});

test('the views of the measurement count, whatever the restore panel remembers', async () => {
  const remembered = { angles: 60, slice: 3, steps: 5 };
  const host = hostWith({
    settings: () => ({ ...defaultAppSettings, options: { reconstruct: remembered } }),
  });
  await openView(host);
  await press('Open file…');
  await press('Simulate scan');
  await vi.waitFor(() => screen.getByRole('img', { name: /^Sinogram/ }));
  await press('Reconstruct');
  await vi.waitFor(() => expect(lastRequest(host, 'startRun')).toBeDefined());
  const { angles, options } = lastRequest(host, 'startRun') as RunRequest;
  expect(angles).toHaveLength(3);
  expect(options.steps).toBe(5);
  expect(options.angles).toBeUndefined();
  expect(options.slice).toBeUndefined();
});

test('a field of the measurement that holds no number stops the scan', async () => {
  const host = hostWith();
  await openView(host);
  await press('Open file…');
  await vi.waitFor(() => screen.getByText('Slice, 8 × 8 pixels'));
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Views over 180°' }), { target: { value: '' } });
  expect(screen.getByRole('button', { name: 'Simulate scan' })).toHaveProperty('disabled', true);
});

test('window and level follow keys, presets and fields, for all slices at once', async () => {
  await openView(hostWith());
  await press('Open file…');
  await press('Simulate scan');
  const panel = await vi.waitFor(() => screen.getByRole('img', { name: /^FBP, .* level 40, window 400/ }));
  await fireEvent.change(screen.getByRole('combobox', { name: 'Preset' }), { target: { value: 'bone' } });
  expect(screen.getByRole('img', { name: /^Slice \(truth\), .* level 400, window 1,800/ })).toBeDefined();
  await fireEvent.keyDown(panel, { key: 'ArrowUp' });
  expect(panel.getAttribute('aria-label')).toMatch(/level 490, window 1,800/);
  await fireEvent.change(screen.getByRole('spinbutton', { name: 'Level, HU' }), { target: { value: '-600' } });
  expect(panel.getAttribute('aria-label')).toMatch(/level -600/);
  await fireEvent.keyDown(panel, { key: '+' });
  for (const shown of [panel, screen.getByRole('img', { name: /^Slice/ })]) {
    expect(shown.innerHTML).toContain('scale(1.5)');
  }
});

test('says why a file cannot be opened, and what next', async () => {
  await openView(
    hostWith({
      readScan: () => {
        throw new LangevinError('not-a-picture', 'notes.txt is no picture.');
      },
    }),
  );
  await press('Open file…');
  const alert = await vi.waitFor(() => screen.getByRole('alert'));
  expect(alert.textContent).toContain('notes.txt is no picture. Open another file');
});

test('a sinogram of its own needs no simulation, and has no truth', async () => {
  const host = hostWith({ readScan: () => content('sinogram', 1, 5) });
  await openView(host);
  await press('Open file…');
  await vi.waitFor(() => screen.getByText('5 views'));
  expect(screen.queryByRole('button', { name: 'Simulate scan' })).toBeNull();
  await press('Reconstruct');
  await vi.waitFor(() => expect(lastRequest(host, 'startRun')).toBeDefined());
  expect(lastRequest(host, 'startRun')).not.toHaveProperty('truth');
  expect(lastRequest(host, 'startRun')).not.toHaveProperty('angles');
});

test('keeps what is open while another view is in front', async () => {
  await openView(hostWith());
  await press('Open file…');
  await vi.waitFor(() => screen.getByText('head.dcm'));
  await press('Learn');
  await press('CT');
  expect(screen.getByText('head.dcm')).toBeDefined();
});

test('finds a run again after a reload, as far as the host still has it', async () => {
  await openView(hostWith());
  await press('Open file…');
  await press('Simulate scan');
  await press('Reconstruct');
  await vi.waitFor(() => screen.getByRole('button', { name: /Cancel/ }));
  cleanup();
  const second = hostWith({
    readScan: ({ file: id }) => content(id === file.id ? 'slice' : 'sinogram', 1, id === file.id ? SIDE : 3),
    readRun: () => ({
      ...{ run: 'run-000001', file: 'file-sinogram', task: 'reconstruct', status: 'running', started: '' },
      ...{ document: 'file-sinogram', label: NO_LABEL },
      ...{ steps: [], results: [], notices: [], report: undefined, problem: undefined },
    }),
  });
  await openView(second);
  await vi.waitFor(() => screen.getByRole('button', { name: /Cancel/ }));
  screen.getByRole('img', { name: /^Sinogram, 8 × 3/ });
  cleanup();
  await openView(
    hostWith({
      readScan: () => {
        throw new LangevinError('file-not-found', 'There is no file of this id.');
      },
    }),
  );
  expect(screen.getByText('Reconstruct a CT slice from few views')).toBeDefined();
  expect(screen.queryByRole('alert')).toBeNull();
});

const slices = ['a', 'b', 'c'].map((name) => ({ id: `file-slice-${name}`, name: `IM${name}`, bytes: 100 }));

test('several files are a series with a slider, planes and a profile; fans are asked for', async () => {
  const host = hostWith({
    chooseFiles: () => slices,
    sortSeries: () => ({
      series: [
        {
          label: 'Series 3, Thorax: 3 slices of 8 × 8',
          files: [slices[2].id, slices[0].id, slices[1].id],
          ...{ spacing: 2, pixelSpacing: 0.5, notices: ['Slices seem to be missing.'] },
        },
        { label: 'Series 4: 1 slice of 8 × 8', files: [slices[1].id], notices: [] },
      ],
      others: [],
    }),
    readScan: ({ file: id }) =>
      content(
        'slice',
        slices.findIndex((slice) => slice.id === id),
      ),
    readPlane: () => content('slice', 7, 12, SIDE),
  });
  await openView(host);
  await press('Open file…');
  const slider = await vi.waitFor(() => screen.getByRole('slider', { name: 'Slice (of 3)' }));
  expect(slider).toHaveProperty('value', '2');
  expect(lastRequest(host, 'readScan')).toEqual({ file: slices[0].id, slice: 0 });
  expect(screen.getByText('Slices seem to be missing.')).toBeDefined();
  await fireEvent.input(slider, { target: { value: '3' } });
  await vi.waitFor(() => expect(lastRequest(host, 'readScan')).toEqual({ file: slices[1].id, slice: 0 }));

  await press('Planes');
  await vi.waitFor(() => screen.getByRole('img', { name: /^Sagittal, 8 × 12/ }));
  expect(lastRequest(host, 'readPlane')).toMatchObject({
    files: [slices[2].id, slices[0].id, slices[1].id],
    stretch: 4,
  });
  await fireEvent.input(screen.getAllByRole('slider')[1], { target: { value: '6' } });
  await vi.waitFor(() => expect(lastRequest(host, 'readPlane')).toMatchObject({ plane: 'coronal', index: 6 }));
  await press('Brightest (MIP)');
  await vi.waitFor(() => screen.getByRole('img', { name: /^Axial, largest values/ }));
  await press('Profile line');
  screen.getByRole('img', { name: /^Values along 8 pixels/ });
  await expectAccessible();

  await fireEvent.change(screen.getByRole('combobox', { name: 'Rays' }), { target: { value: 'fan' } });
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Source to axis, pixels' }), {
    target: { value: '20' },
  });
  await press('Simulate scan');
  await vi.waitFor(() => screen.getByRole('img', { name: /^Sinogram/ }));
  expect(lastRequest(host, 'simulateScan')).toMatchObject({ file: slices[1].id, sourceAxis: 20 });
  await press('Reconstruct');
  await vi.waitFor(() => expect(lastRequest(host, 'startRun')).toMatchObject({ options: { sourceAxis: 20 } }));

  await fireEvent.change(screen.getByRole('combobox', { name: 'Series' }), { target: { value: '1' } });
});
