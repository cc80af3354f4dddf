import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import { t } from '../i18n/translate.svelte.ts';
import { nameOfRun } from '../result/compared-items.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import type { RunModel } from '../state/run-model.svelte.ts';

/** Puts a star on a run, or takes it off. */
export function starRun(app: AppState, picture: OpenPicture, run: RunModel): void {
  const { history } = picture;
  if (history === undefined) return;
  const isStarred = !history.labelOf(run.id).isStarred;
  history.relabel(run, { isStarred }, picture.editor.document.history, 'history.result-star');
  app.announce(t(isStarred ? 'history.starred' : 'history.unstarred', { name: nameOfRun(history, run) }));
}

/** Puts a star on one of the samples of a run, or takes it off. */
export function starSample(app: AppState, picture: OpenPicture, run: RunModel, { sample }: ResultInfo): void {
  const { history } = picture;
  if (history === undefined) return;
  const stars = history.starredSamples(run);
  const isStarred = !stars.includes(sample);
  const starredSamples = isStarred ? [...stars, sample].sort((a, b) => a - b) : stars.filter((one) => one !== sample);
  history.relabel(run, { starredSamples }, picture.editor.document.history, 'history.result-star');
  const name = t('result.kind.sample', { number: sample + 1 });
  app.announce(t(isStarred ? 'history.starred' : 'history.unstarred', { name }));
}

export function renameRun(picture: OpenPicture, run: RunModel, name: string): void {
  const { history } = picture;
  if (history === undefined || history.labelOf(run.id).name === name) return;
  history.relabel(run, { name }, picture.editor.document.history, 'history.result-rename');
}

/** Throws a run away; undoing brings it back. */
export function removeRun(app: AppState, picture: OpenPicture, run: RunModel): void {
  const { history } = picture;
  if (history === undefined) return;
  const name = nameOfRun(history, run);
  const edits = picture.editor.document.history;
  history.relabel(run, { isRemoved: true }, edits, 'history.result-remove');
  const { state } = edits;
  const bringBack = (): void => {
    // What was done since is not taken back with it.
    if (edits.state === state) picture.editor.undo();
    else history.relabel(run, { isRemoved: false }, edits, 'history.result-restore');
  };
  app.tell(t('history.removed', { name }), 'information', { label: t('history.bring-back'), perform: bringBack });
  if (history.cards.length === 0) picture.stage = 'edit';
}

/** Goes on from a result: the next run begins with it, and is compared with what this one was compared with. */
export async function continueFrom(app: AppState, picture: OpenPicture, result: string): Promise<void> {
  const file = await app.attempt(() => app.client.call('reuseResult', { result, within: true }));
  if (file === undefined) return;
  await app.pictures.advance(picture, file, 'history.result-continue', true);
  app.tell(t('history.continued'));
}
