import { NO_ADJUSTMENT } from '../../src-main/contract/adjustment.ts';
import type { Recipe } from '../../src-main/contract/recipe.ts';
import type { RecipeMeaning } from '../../src-main/contract/app/recipes.ts';
import { healingOf } from '../heal/healing.svelte.ts';
import { t } from '../i18n/translate.svelte.ts';
import { panelOf } from '../panel/panel-model.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';

/**
 * Sets everything as a recipe says for this picture: its tones, where the recipe adjusts them, as a step that undo takes back;
 * task, chain and preset in the panel, as proposals; and damage is looked for, as a proposal too. Nothing is run.
 */
export async function useRecipe(app: AppState, picture: OpenPicture, recipe: Recipe): Promise<void> {
  const meaning = await app.attempt(() => app.client.call('applyRecipe', { file: picture.file.id, recipe }));
  if (meaning === undefined) return;
  if (!meaning.undoes && meaning.find === undefined && meaning.adjustment === undefined) {
    app.tell(t('recipe.nothing', { name: recipe.name }));
    return;
  }
  const shown = await adjustedBy(app, picture, meaning);
  if (shown === undefined) return;
  const { model } = recipe;
  const undo = panelOf(app, shown).useSettings({ options: meaning.options, ...(model !== undefined && { model }) });
  shown.stage = 'edit';
  if (meaning.find !== undefined) {
    if (shown.findings.isOpen) shown.findings.filterBy(meaning.find);
    else shown.findings.open(meaning.find);
  }
  const left = meaning.leftOut.map((part) => t(`panel.damage.${part}`)).join(', ');
  const message = t('recipe.used', { name: recipe.name });
  app.tell(left === '' ? message : `${message} ${t('recipe.leftOut', { parts: left })}`, 'information', {
    label: t('panel.settings.undo'),
    perform: undo,
  });
}

/** The state of the picture with its tones adjusted; undefined where that failed, which people have been told. */
async function adjustedBy(
  app: AppState,
  picture: OpenPicture,
  { adjustment = NO_ADJUSTMENT }: RecipeMeaning,
): Promise<OpenPicture | undefined> {
  if (adjustment === NO_ADJUSTMENT) return picture;
  const of = picture.file.id;
  const mask = picture.maskPatch();
  const made = await app.attempt(() =>
    app.client.call('adjustPicture', {
      ...{ file: of, healed: healingOf(app, picture).isHealed, adjustment },
      ...(mask && { mask }),
    }),
  );
  if (made === undefined) return undefined;
  return app.pictures.advance(picture, made.file, 'history.adjust', false, {
    adjusted: { of, adjustment },
    mask: made.mask,
  });
}
