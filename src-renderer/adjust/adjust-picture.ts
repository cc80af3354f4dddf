import { NO_ADJUSTMENT } from '../../src-main/contract/adjustment.ts';
import { healingOf } from '../heal/healing.svelte.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { AdjustModel, type AdjustSource } from './adjust-model.svelte.ts';

/** Begins to adjust a picture: what was adjusted before is changed rather than adjusted again. */
export function beginAdjusting(app: AppState, picture: OpenPicture): void {
  picture.stage = 'edit';
  picture.adjusting ??= new AdjustModel(app, sourceOf(app, picture));
}

export function endAdjusting(picture: OpenPicture): void {
  picture.adjusting = undefined;
}

/** Puts the adjusted picture into the tab, with the mask moved along; undoing comes back to the one before. */
export async function applyAdjustment(app: AppState, picture: OpenPicture): Promise<void> {
  const model = picture.adjusting;
  if (model === undefined || model.isApplying) return;
  if (!model.isChanged) return endAdjusting(picture);
  // What is marked lies on the picture as it is shown: it moves only from the state that the adjustment begins with.
  const isFirst = model.source.file === picture.file.id;
  const made = await model.apply(isFirst ? picture.maskPatch() : undefined);
  if (made === undefined) return;
  endAdjusting(picture);
  const hasMask = picture.isPainted;
  const keepsMask = !isFirst && !model.movesPlaces;
  const mask = keepsMask ? picture.maskPatch() : made.mask;
  await app.pictures.advance(picture, made.file, 'history.adjust', false, { adjusted: made, mask });
  app.tell(t(hasMask && mask === undefined ? 'adjust.applied.noMask' : 'adjust.applied'));
}

function sourceOf(app: AppState, picture: OpenPicture): AdjustSource {
  const { adjusted, file } = picture;
  const isHealed = healingOf(app, picture).isHealed;
  if (adjusted === undefined || isHealed) return { file: file.id, healed: isHealed, adjustment: NO_ADJUSTMENT };
  return { file: adjusted.of, healed: false, adjustment: adjusted.adjustment };
}
