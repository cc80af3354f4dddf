import type { AppState } from '../state/app-state.svelte.ts';
import { openSample, samples } from './samples.ts';

/** Shows people round, on the picture in front or on the first sample. */
export async function startTour(app: AppState): Promise<void> {
  app.view = 'restore';
  if (app.pictures.active === undefined) await openSample(app, samples[0]);
  const picture = app.pictures.active;
  if (picture === undefined) return;
  picture.stage = 'edit';
  app.isBare = false;
  app.isTouring = true;
}
