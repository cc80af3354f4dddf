import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { findOptionsSchema } from '../../src-main/contract/find.ts';
import type { Inspection } from '../../src-main/contract/inspect.ts';
import type { Recipe } from '../../src-main/contract/recipe.ts';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { lacksBlur } from '../../src-renderer/panel/blur-sources.ts';
import { panelOf } from '../../src-renderer/panel/panel-model.svelte.ts';
import RestorePanel from '../../src-renderer/panel/restore-panel.svelte';
import { recipeBookOf } from '../../src-renderer/recipes/recipe-book.svelte.ts';
import { recipeOf } from '../../src-renderer/recipes/recipe-of.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { HostDouble } from './host-double.ts';
import { choices, openPicture, paintSome } from './run-pieces.ts';
import WithApp from './with-app.svelte';

const builtIn: Recipe = {
  format: 'langevin-recipe',
  version: 1,
  name: 'Old photo',
  options: { task: 'compound', damage: { noise: 'auto', jpeg: 'auto' } },
};
const own: Recipe = { ...builtIn, name: 'Family', description: 'Of the album' };
const inspection = {
  ...{ format: 'jpeg', width: 8, height: 8, bitDepth: 8, hasColour: true, noise: 8.25, notices: [] },
  jpeg: { quality: 40, chroma: '4:2:0' },
  estimates: {
    ...{ blur: { verdict: 'unsure', kind: 'none' }, noise: { verdict: 'yes' }, enlarged: { verdict: 'no', scale: 1 } },
    fading: { verdict: 'no', gain: 1, offset: 0 },
  },
  damage: { noise: 'auto', jpeg: 'auto' },
} as unknown as Inspection;

function showPanel(answers: ConstructorParameters<typeof HostDouble>[0] = {}) {
  let known = [
    { recipe: builtIn, isBuiltIn: true },
    { recipe: own, isBuiltIn: false },
  ];
  const host = new HostDouble({
    choices: () => choices,
    planRun: () => ({ solver: 'mmps', settings: {}, windows: 1, paintedPixels: 9, passes: 4, seconds: 1 }),
    runs: () => [],
    recipes: () => known,
    saveRecipe: ({ recipe }) => {
      known = [...known, { recipe: recipe as Recipe, isBuiltIn: false }];
      return null;
    },
    removeRecipe: ({ name }) => {
      known = known.filter(({ recipe }) => recipe.name !== name);
      return null;
    },
    inspectPicture: () => inspection,
    applyRecipe: () => ({
      options: parseRestoreOptions({ task: 'compound', damage: { jpeg: 'auto' }, recipe: 'Family' }),
      leftOut: ['noise'],
      undoes: true,
    }),
    ...answers,
  });
  const app = new AppState(host);
  const picture = openPicture();
  render(WithApp, { props: { app, component: RestorePanel, shown: { picture } } });
  return { host, app, picture };
}

const chooser = (): Promise<HTMLElement> => screen.findByRole('combobox', { name: 'Recipe for pictures of this kind' });

test('a recipe sets the panel, says so, and can be taken back', async () => {
  const { app, picture } = showPanel();
  const select = await chooser();
  await screen.findByRole('option', { name: 'Family' });
  await fireEvent.change(select, { target: { value: 'Family' } });
  expect(screen.getByText('Of the album')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Use' }));
  await waitFor(() => expect(picture.options).toMatchObject({ task: 'compound', recipe: 'Family' }));
  const { message, offer } = app.notices.at(-1)!;
  expect(message).toMatch(/as the recipe Family says.*Nothing of this is left to undo here: Noisy\./);
  offer!.perform();
  expect(picture.options.task).toBe('inpaint');
});

test('what is set is kept under a name, but not under one of the program', async () => {
  const { host } = showPanel();
  await screen.findByRole('option', { name: 'Family' });
  await fireEvent.click(screen.getByRole('button', { name: 'Keep and share recipes' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Save these settings as a recipe…' }));
  const field = screen.getByRole('textbox', { name: 'Name', hidden: true });
  await fireEvent.input(field, { target: { value: 'old PHOTO' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Save', hidden: true }));
  await screen.findByText(/A recipe that comes with Langevin has this name/);
  await fireEvent.input(field, { target: { value: 'Holiday' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Save', hidden: true }));
  await screen.findByRole('option', { name: 'Holiday' });
  expect(host.requests.find(({ name }) => name === 'saveRecipe')?.request).toMatchObject({
    recipe: { name: 'Holiday', find: { sensitivity: 0.5 }, options: { task: 'inpaint' } },
    replace: false,
  });
});

test('an own recipe is deleted and brought back; a file that is none is refused in words', async () => {
  const refused = new LangevinError('invalid-argument', 'x.json is no recipe: it is not valid JSON.');
  const { app } = showPanel({
    addFile: () => ({ id: 'file-x', name: 'x.json', bytes: 1 }),
    importRecipe: () => {
      throw refused;
    },
  });
  const book = recipeBookOf(app);
  await book.load();
  await book.remove(book.find('Family')!);
  expect(book.find('Family')).toBeUndefined();
  app.notices.at(-1)!.offer!.perform();
  await waitFor(() => expect(book.find('Family')).toBeDefined());
  await book.add([new File(['{'], 'x.json')]);
  expect(app.notices.at(-1)).toMatchObject({ kind: 'problem', message: /^x\.json was not taken in\. .*no recipe/ });
});

test('what was found fills the chain only when it is asked for, and is marked as estimated', async () => {
  const { app, picture } = showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Several at once/ }));
  await screen.findByText('Found in this picture: Noisy (σ 8.3), Saved as JPEG (quality 40).');
  const jpeg = screen.getByRole('checkbox', { name: 'Saved as JPEG' });
  expect((jpeg as HTMLInputElement).checked).toBe(false);
  await fireEvent.click(screen.getByRole('button', { name: 'Undo what was found' }));
  expect(picture.options.damage).toEqual({ noise: 'auto', jpeg: 'auto' });
  expect(screen.getAllByText('estimated')).toHaveLength(2);
  const quality = screen.getByLabelText('JPEG quality') as HTMLInputElement;
  expect(quality.placeholder).toBe('quality 40');
  app.notices.at(-1)!.offer!.perform();
  expect(picture.options.damage).toEqual({ noise: 'auto' });
  screen.getByText(/It cannot be moved/);
});

test('blur is read from what is marked, which is no damage; what cannot be undone is warned of', async () => {
  const estimates = { ...inspection.estimates, blur: { verdict: 'yes', kind: 'gaussian', sigma: 7.2, confidence: 1 } };
  const measured = { ...inspection, estimates, damage: { blur: 7.2 } } as unknown as Inspection;
  const { host, app, picture } = showPanel({
    inspectPicture: ({ marked }) => (marked === undefined ? inspection : measured),
  });
  await fireEvent.click(screen.getByRole('radio', { name: /Several at once/ }));
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Blurred' }));
  const button = screen.getByRole('button', { name: 'Read from the marked edge' });
  expect(button.getAttribute('aria-disabled')).toBe('true');
  paintSome(picture);
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'));
  await fireEvent.click(button);
  await waitFor(() => expect(picture.options.damage?.blur).toBe(7.2));
  const asked = host.requests.filter(({ name }) => name === 'inspectPicture').at(-1)!;
  expect(asked.request).toMatchObject({ marked: { as: 'edge', mask: { x: 1, y: 1, width: 3, height: 3 } } });
  expect([picture.isPainted, app.notices.at(-1)!.message]).toEqual([false, 'Blur as measured: σ 7.2.']);
  await screen.findByText('7.2 is beyond 6: little of the picture can be brought back.');
  app.notices.at(-1)!.offer!.perform();
  expect(picture.options.damage?.blur).toBe(1);
});

test('a picture of a blur is asked for, and fading is set by hand', async () => {
  const { app, picture } = showPanel();
  await fireEvent.click(screen.getByRole('radio', { name: /Several at once/ }));
  // What a hand begins with is what was found.
  await screen.findByText(/^Found in this picture/);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Faded' }));
  await fireEvent.change(screen.getByLabelText('How much it has faded'), { target: { value: 'hand' } });
  await fireEvent.change(screen.getByRole('spinbutton', { name: 'Black has become' }), { target: { value: '51' } });
  expect(picture.options.damage?.fading).toEqual({ gain: 0.8, offset: 51 });
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Blurred' }));
  await fireEvent.change(screen.getByLabelText('Kind of blur'), { target: { value: 'file' } });
  expect(picture.options.damage?.blur).toEqual({ kind: 'file' });
  const panel = panelOf(app, picture);
  expect(lacksBlur(picture.options, undefined)).toBe(true);
  panel.kernel = { id: 'kernel-1', name: 'k.png', bytes: 9 };
  expect(panel.request()).toMatchObject({ kernel: 'kernel-1' });
});

test('values that were found are found anew by a recipe, and those that were typed stay', () => {
  const parts = {
    ...{ name: ' Mine ', description: '', model: 'photo', find: findOptionsSchema.parse({}) },
    options: parseRestoreOptions({ task: 'compound', seed: 4, damage: { blur: 1.2, jpeg: 45, scale: 2 }, recipe: 'X' }),
    found: { blur: 1.2, jpeg: 30 },
  };
  const made = recipeOf(parts);
  expect(made).toMatchObject({ name: 'Mine', options: { damage: { blur: 'auto', jpeg: 45, scale: 2 } } });
  expect(made.options).not.toHaveProperty('seed');
  expect(() => recipeOf({ ...parts, find: undefined, options: { ...parts.options, damage: {} } })).toThrow(
    /nothing to undo/,
  );
});
