import { mayCoverFace } from '../canvas/find.ts';
import { t } from '../i18n/translate.svelte.ts';
import { panelOf } from '../panel/panel-model.svelte.ts';
import { applyPreset } from '../panel/presets.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { pickFiles } from '../state/pick-files.ts';
import type { RunModel } from '../state/run-model.svelte.ts';
import { placesOf } from './place.ts';
import { RepairModel } from './repair-model.svelte.ts';

/** Repairs the picture in front, or one that people choose. */
export async function repairPhoto(app: AppState): Promise<void> {
  let picture = app.view === 'restore' ? app.pictures.active : undefined;
  if (picture === undefined) {
    const files = await app.attempt(() => pickFiles(app, 'picture'));
    if (files === undefined || files.length === 0) return;
    await app.pictures.open(files.slice(0, 1));
    picture = app.pictures.active;
    if (picture?.file.id !== files[0].id) return;
    app.view = 'restore';
  }
  await repair(app, picture);
}

/** Finds the damage of a picture, asks where in doubt, and fills it; then every place can be decided on. */
export async function repair(app: AppState, picture: OpenPicture): Promise<void> {
  if (picture.repair !== undefined && picture.repair.run === undefined) return;
  picture.repair?.dispose();
  const model = new RepairModel(app, picture);
  picture.repair = model;
  const isFilled = await app.attempt(() => findAndFill(app, picture, model));
  if (isFilled !== true && picture.repair === model) picture.repair = undefined;
}

/** @returns whether there is something to decide on. */
async function findAndFill(app: AppState, picture: OpenPicture, model: RepairModel): Promise<boolean> {
  const { findings } = picture;
  picture.stage = 'edit';
  findings.open();
  await findings.search();
  // Stopped, failed or closed meanwhile: what there is stays as a proposal.
  if (!findings.isOpen || findings.status !== 'done') return false;
  if (findings.kept.length === 0) {
    app.tell(t('repair.nothing'));
    return false;
  }
  const doubtful = findings.kept.filter((finding) => mayCoverFace(picture.content, finding));
  if (doubtful.length > 0) {
    const answer = await new Promise<'fill' | 'leave' | 'stop'>((resolve) => {
      findings.point(doubtful[0]);
      model.question = { doubtful, answer: resolve };
    });
    model.question = undefined;
    if (answer === 'stop' || !findings.isOpen) return false;
    if (answer === 'leave') findings.reject(doubtful);
  }
  const { kept } = findings;
  if (!findings.mark()) return false;
  model.places = placesOf(kept, picture.content);
  const panel = panelOf(app, picture);
  panel.chooseTask('inpaint');
  panel.replaceOptions({ ...applyPreset(panel.options, 'balanced'), samples: 1 });
  await panel.run();
  const { run } = picture;
  if (run === undefined || !(await hasSucceeded(app, run))) return false;
  model.run = run;
  model.chosen = model.places[0];
  return true;
}

function hasSucceeded({ client }: AppState, run: RunModel): Promise<boolean> {
  if (!run.isActive) return Promise.resolve(run.status === 'done');
  return new Promise((resolve) => {
    const stop = client.onEvent((event) => {
      if (event.type !== 'run-end' || event.run !== run.id) return;
      stop();
      resolve(event.status === 'done');
    });
  });
}
