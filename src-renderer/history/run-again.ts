import type { RunRequest } from '../../src-main/contract/app/runs.ts';
import { parseRestoreOptions, type Preset, type RestoreOptions } from '../../src-main/contract/restore-options.ts';
import { applyPreset } from '../panel/presets.ts';
import { panelOf } from '../panel/panel-model.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { startRun, type RunModel } from '../state/run-model.svelte.ts';

/** What a run is repeated with. */
export type Change =
  | { readonly kind: 'seed' }
  | { readonly kind: 'seeds'; readonly count: number }
  | { readonly kind: 'flips'; readonly count: 2 | 4 | 8 }
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'solver'; readonly solver: NonNullable<RestoreOptions['solver']> };

/** Seeds are 31-bit numbers. */
const SEEDS = 2 ** 31;

/** The options of a run with a change; all others stay. */
export function changedOptions(options: RestoreOptions, change: Change, random: () => number): RestoreOptions {
  switch (change.kind) {
    case 'seed':
      return { ...options, seed: Math.floor(random() * SEEDS) };
    case 'seeds':
      return parseRestoreOptions({ ...options, samples: change.count });
    case 'flips':
      return parseRestoreOptions({ ...options, samples: 1, ensemble: change.count });
    case 'preset':
      return applyPreset(options, change.preset);
    case 'solver':
      // Another solver has options and a sampler of its own.
      return { ...applyPreset(options, 'balanced'), solver: change.solver };
  }
}

/**
 * Runs again what a run has done, with a change: the same picture and mask where they are known, otherwise those that are
 * open. The panel shows what it is run with.
 */
export async function runAgain(app: AppState, picture: OpenPicture, run: RunModel, change: Change): Promise<void> {
  const given = run.report?.options ?? run.request?.options;
  if (given === undefined || picture.run?.isActive === true) return;
  const options = parseRestoreOptions(given);
  const panel = panelOf(app, picture);
  const changed = changedOptions(options, change, Math.random);
  panel.useSettings({ options: changed, ...(run.report && { model: run.report.model }) });
  const request: RunRequest = { ...(run.request ?? panel.request()), options: changed };
  await app.attempt(() => startRun(app, picture, request));
}
