import { toLangevinError } from '../../src-main/errors.ts';
import type { Editor } from '../canvas/editor.ts';
import { wholeRect } from '../canvas/geometry.ts';
import { formatNumber, t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { deliverSaved, pickFiles } from '../state/pick-files.ts';
import { findDamage } from './find-damage.ts';

/** Adds what looks like damage to the mask, as one step that can be taken back and corrected. */
export async function suggestMask(app: AppState, picture: OpenPicture, find = findDamage): Promise<void> {
  if (picture.isSuggesting) return;
  const { content, editor } = picture;
  picture.isSuggesting = true;
  app.announce(t('editor.suggesting'));
  try {
    const coverage = await find(content);
    const found = coverage.reduce((count, c) => count + (c >= 128 ? 1 : 0), 0);
    if (found === 0) return app.tell(t('editor.suggested-nothing'));
    await untilIdle(editor);
    editor.document.edit('history.suggest-mask', (layer) =>
      layer.blendRect(wholeRect(layer), coverage, 0, layer.width, 'add'),
    );
    app.tell(t('editor.suggested', { percent: percentOf(found, coverage.length) }));
  } catch (error) {
    app.tell(t('editor.suggest-failed', { reason: toLangevinError(error).message }), 'problem');
  } finally {
    picture.isSuggesting = false;
  }
}

/** Replaces the mask by one from a file. */
export async function importMask(app: AppState, picture: OpenPicture): Promise<void> {
  await app.attempt(async () => {
    const [file] = await pickFiles(app, 'mask');
    if (file === undefined) return;
    const { coverage } = await app.client.call('readMask', { file: file.id, picture: picture.file.id });
    await app.client.call('forgetFile', { file: file.id });
    if (coverage.every((c) => c === 0)) return app.tell(t('editor.imported-empty'), 'problem');
    await untilIdle(picture.editor);
    picture.editor.document.edit('history.import-mask', (layer) =>
      layer.blendRect(wholeRect(layer), coverage, 0, layer.width, 'replace'),
    );
    app.tell(t('editor.imported'));
  });
}

/** Saves the mask as a grey PNG of the picture's size. */
export async function exportMask(app: AppState, picture: OpenPicture): Promise<void> {
  const mask = picture.maskPatch();
  if (mask === undefined) return;
  await app.attempt(async () =>
    deliverSaved(app, await app.client.call('saveMask', { picture: picture.file.id, mask })),
  );
}

/** A share in percent, with as many digits as it takes to be told from 0. */
export function percentOf(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return formatNumber(percent, { maximumSignificantDigits: percent < 1 ? 1 : 3 });
}

/** Waits for a stroke to end: edits cannot be begun inside another. */
function untilIdle(editor: Editor): Promise<void> {
  if (!editor.tools.isBusy) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = editor.subscribe(() => {
      if (editor.tools.isBusy) return;
      stop();
      resolve();
    });
  });
}
