import { NO_LABEL } from '../../src-main/contract/app/runs.ts';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { flushSync, tick } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { place, scaleOf, thinned } from '../../src-renderer/live/chart-scale.ts';
import { framePixels } from '../../src-renderer/live/frame-pixels.ts';
import { KeptFrames } from '../../src-renderer/live/kept-frames.ts';
import LiveView from '../../src-renderer/live/live-view.svelte';
import { noisePosition } from '../../src-renderer/live/noise-scale.ts';
import { Player } from '../../src-renderer/live/player.svelte.ts';
import { measureSeries, scheduleSeries } from '../../src-renderer/live/step-series.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { RunModel, startRun } from '../../src-renderer/state/run-model.svelte.ts';
import { HostDouble } from './host-double.ts';
import { openPicture, runFrame, runStep } from './run-pieces.ts';
import WithApp from './with-app.svelte';

afterEach(() => vi.useRealTimers());

function running(answers: ConstructorParameters<typeof HostDouble>[0] = {}): { host: HostDouble; run: RunModel } {
  const host = new HostDouble({ acknowledgeFrame: () => null, cancelRun: () => null, ...answers });
  return { host, run: new RunModel(host, 'run-01') };
}

function sendSteps(host: HostDouble, count: number): void {
  for (let step = 1; step <= count; step++) {
    host.send({ type: 'run-step', run: 'run-01', step: runStep(step) });
    host.send({ type: 'run-frame', run: 'run-01', frame: runFrame(step) });
  }
}

const acknowledged = (host: HostDouble): number =>
  host.requests.filter(({ name }) => name === 'acknowledgeFrame').length;

test('a run follows its own events only, and ends once', () => {
  const { host, run } = running();
  host.send({ type: 'run-step', run: 'run-02', step: runStep(1) });
  expect(run.status).toBe('waiting');
  sendSteps(host, 3);
  expect(run.status).toBe('running');
  expect(run.fraction).toBeCloseTo(0.3);
  const ended = vi.fn();
  run.onEnd = ended;
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  expect(ended).toHaveBeenCalledOnce();
  expect(run.isActive).toBe(false);
});

test('steps that overtake the answer to startRun are not lost', async () => {
  const host: HostDouble = new HostDouble({
    acknowledgeFrame: () => null,
    startRun: () => {
      host.send({ type: 'run-step', run: 'run-01', step: runStep(1) });
      return { run: 'run-01' };
    },
  });
  const target = { run: undefined, stage: 'edit' as const };
  const run = await startRun({ client: host }, target, {
    file: 'file-1',
    options: { task: 'denoise' },
    network: {},
  });
  expect(run.steps).toHaveLength(1);
  expect(target).toEqual({ run, stage: 'live' });
});

test('frames are acknowledged when drawn, and after a while where nothing draws', () => {
  vi.useFakeTimers();
  const { host, run } = running();
  sendSteps(host, 1);
  expect(acknowledged(host)).toBe(1);
  const leave = run.addViewer();
  host.send({ type: 'run-frame', run: 'run-01', frame: runFrame(2) });
  expect(acknowledged(host)).toBe(1);
  run.frameDrawn();
  run.frameDrawn();
  expect(acknowledged(host)).toBe(2);
  host.send({ type: 'run-frame', run: 'run-01', frame: runFrame(3) });
  vi.advanceTimersByTime(600);
  expect(acknowledged(host)).toBe(3);
  host.send({ type: 'run-frame', run: 'run-01', frame: runFrame(4) });
  leave();
  expect(acknowledged(host)).toBe(4);
});

test('a run that was not seen for a while takes what the host knows', () => {
  const { host, run } = running();
  sendSteps(host, 2);
  run.take({
    run: 'run-01',
    file: 'file-1',
    task: 'inpaint',
    status: 'done',
    document: 'file-1',
    label: NO_LABEL,
    started: '2026-01-01T00:00:00Z',
    steps: [1, 2, 3, 4].map((step) => runStep(step)),
    results: [],
    notices: ['a notice'],
    report: undefined,
    problem: undefined,
  });
  expect(run.steps).toHaveLength(4);
  expect(run.notices).toEqual(['a notice']);
  expect(run.status).toBe('done');
});

test('a snapshot that was on its way when the run ended changes nothing', () => {
  const { host, run } = running();
  sendSteps(host, 2);
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  run.take({
    run: 'run-01',
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
  });
  expect(run.status).toBe('cancelled');
});

test('a run is read anew when the connection comes back, and only then', () => {
  const { host } = running({ readRun: () => new Promise(() => undefined) });
  const reads = (): number => host.requests.filter(({ name }) => name === 'readRun').length;
  host.connection('lost');
  expect(reads()).toBe(0);
  host.connection('open');
  expect(reads()).toBe(1);
});

test('kept frames are thinned evenly and hold to their budget', () => {
  const frameBytes = 2 * 3 * 4;
  const kept = new KeptFrames(10 * frameBytes);
  for (let step = 0; step < 100; step++) {
    kept.add(runFrame(step));
    expect(kept.bytes).toBeLessThanOrEqual(10 * frameBytes);
    expect(kept.frames.at(-1)?.step).toBe(step);
  }
  expect(kept.frames[0].step).toBe(0);
  const gaps = kept.frames.slice(1, -1).map(({ step }, i) => step - kept.frames[i].step);
  expect(new Set(gaps).size).toBe(1);
  expect(kept.frames.length).toBeGreaterThanOrEqual(5);
});

test('the player follows the newest frame until it is scrubbed, and plays to the end', () => {
  vi.useFakeTimers();
  const { host, run } = running();
  const player = new Player(run);
  sendSteps(host, 5);
  expect(player.frame?.step).toBe(5);
  player.move(-2);
  expect(player.frame?.step).toBe(3);
  host.send({ type: 'run-frame', run: 'run-01', frame: runFrame(6) });
  expect(player.frame?.step).toBe(3);
  player.follow();
  expect(player.frame?.step).toBe(6);
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  player.play();
  expect(player.frame?.step).toBe(1);
  vi.advanceTimersByTime(2000);
  expect(player.frame?.step).toBe(6);
  expect(player.isPlaying).toBe(false);
});

test('the view shows steps, charts and the noise level, and is led by keys', async () => {
  const { host, run } = running();
  const picture = openPicture();
  picture.run = run;
  render(WithApp, { props: { app: new AppState(host), component: LiveView, shown: { picture } } });
  screen.getByText('Waiting for the first step…');
  sendSteps(host, 4);
  await tick();
  screen.getByText('step 4 of 10');
  screen.getByRole('img', { name: 'Noise level σ = 2.5' });
  screen.getByRole('img', { name: /^Residual .*: 0.025$/ });
  await fireEvent.keyDown(window, { key: ',' });
  flushSync();
  screen.getByText('step 3 of 10');
  await fireEvent.keyDown(window, { key: 'Home' });
  screen.getByText('step 1 of 10');
  await fireEvent.click(screen.getByRole('button', { name: 'Live' }));
  screen.getByText('step 4 of 10');
});

test('series tell predictor and corrector apart, and the schedule keeps to one stretch', () => {
  const steps = [
    runStep(1),
    runStep(2, { kind: 'corrector' }),
    runStep(3, { sample: 1, level: 0 }),
    runStep(4, { kind: 'corrector', residual: Number.NaN, sample: 1, level: 1 }),
  ];
  const names = { predictor: 'P', corrector: 'C', transition: 'T' };
  const series = measureSeries(steps, 'residual', names);
  expect(series.map(({ name, points }) => [name, points.map(({ x }) => x)])).toEqual([
    ['P', [1, 3]],
    ['C', [2]],
  ]);
  expect(scheduleSeries(steps, steps[3], 'σ').points.map(({ x }) => x)).toEqual([0, 1]);
});

test('scales are logarithmic for wide positive ranges only', () => {
  const wide = scaleOf([0.01, 1, 100]);
  expect(wide.isLogarithmic).toBe(true);
  expect(place(wide, 1)).toBeCloseTo(0.5);
  const narrow = scaleOf([1, 2, 3]);
  expect(narrow).toEqual({ low: 0, high: 3, isLogarithmic: false });
  expect(scaleOf([-1, 100]).isLogarithmic).toBe(false);
  expect(place(narrow, 99)).toBe(1);
  const points = Array.from({ length: 1000 }, (_, x) => ({ x, y: x }));
  expect(thinned(points, 11).map(({ x }) => x)).toEqual([0, 100, 200, 300, 400, 500, 599, 699, 799, 899, 999]);
  expect(noisePosition(1, 0.01, 100)).toBeCloseTo(0.5);
  expect(noisePosition(0, 0.01, 100)).toBe(0);
});

test('frames of one and three channels become RGBA', () => {
  const grey = framePixels({ width: 2, height: 1, channels: 1, bytes: new Uint8Array([7, 9]) });
  expect([...grey.data]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
  const colour = framePixels({ width: 1, height: 1, channels: 3, bytes: new Uint8Array([1, 2, 3]) });
  expect([...colour.data]).toEqual([1, 2, 3, 255]);
  expect(() => framePixels({ width: 2, height: 1, channels: 3, bytes: new Uint8Array(3) })).toThrow(/6 samples/);
});
