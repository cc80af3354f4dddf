import type { VariantInfo } from '../../src-main/contract/app/healing.ts';
import { PRESETS, presetsOf, TASKS } from '../../src-main/contract/restore-options.ts';
import { beginAdjusting } from '../adjust/adjust-picture.ts';
import { batchModelOf } from '../batch/batch-model.svelte.ts';
import { isEnabled, type Action } from '../canvas/actions.ts';
import type { Editor } from '../canvas/editor.ts';
import { editorActions } from '../canvas/editor-actions.ts';
import type { Platform } from '../canvas/key-binding.ts';
import { healingOf, type Healing } from '../heal/healing.svelte.ts';
import { isMessageKey, t, type MessageKey } from '../i18n/translate.svelte.ts';
import type { Experimenter } from '../lab/experiments.svelte.ts';
import { labOf } from '../lab/lab.svelte.ts';
import { panelOf, type PanelModel } from '../panel/panel-model.svelte.ts';
import { applyPreset, presetOf } from '../panel/presets.ts';
import { repairPhoto } from '../repair/repair-photo.ts';
import { startTour } from '../start/start-tour.ts';
import { NARROW } from '../shell/narrow.ts';
import { VIEWS, type AppState, type View } from './app-state.svelte.ts';
import type { OpenPicture, Stage } from './open-picture.svelte.ts';
import { pickFiles } from './pick-files.ts';
import { saveProject } from './save-project.ts';

/** Groups of the shortcut list and the palette, in their order. */
export const ACTION_GROUPS = ['file', 'run', 'tools', 'heal', 'mask', 'zoom', 'window'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** An action of the whole app; `id` is what native menus ask for. */
export interface AppAction extends Action<AppState> {
  readonly group: ActionGroup;
}

const viewKeys: Readonly<Record<View, string>> = {
  restore: 'Alt+Shift+R',
  scan: 'Alt+Shift+C',
  batch: 'Alt+Shift+B',
  lab: 'Alt+Shift+X',
  learn: 'Alt+Shift+L',
};

/** Everything that can be done by shortcut, palette or menu. */
export const appActions: readonly AppAction[] = [
  {
    id: 'open',
    group: 'file',
    label: 'action.open',
    keys: ['Mod+O'],
    perform: (app) => void app.attempt(async () => app.pictures.open(await pickFiles(app, 'picture', true))),
  },
  ofPicture('save', 'file', ['Mod+S'], ({ commands }) => commands.save),
  ofPicture('save-project', 'file', ['Mod+Shift+S'], (picture, app) =>
    app.connection === 'open' ? () => void saveProject(app, picture) : undefined,
  ),
  ofPicture('close-tab', 'file', ['Alt+W', 'Mod+W'], (picture, app) => () => app.pictures.close(picture)),
  {
    id: 'reopen-tab',
    group: 'file',
    label: 'action.reopen-tab',
    keys: ['Alt+Shift+W'],
    predicate: (app) => app.view === 'restore' && app.pictures.canReopen,
    perform: (app) => app.pictures.reopen(),
  },
  ofPicture('show-in-folder', 'file', [], ({ file }, app) =>
    app.host?.kind === 'electron'
      ? () => void app.attempt(() => app.client.call('showInFolder', { file: file.id }))
      : undefined,
  ),
  step('next-tab', ['Alt+PageDown', 'Mod+Tab'], 1),
  step('previous-tab', ['Alt+PageUp', 'Mod+Shift+Tab'], -1),
  ofPicture('run', 'run', ['Mod+Enter'], ({ commands }) => commands.run),
  ofPicture('cancel', 'run', ['Mod+.'], ({ run }, app) =>
    run?.isActive === true && !run.isCancelling ? () => void app.attempt(() => run.cancel()) : undefined,
  ),
  ofExperiment('lab-run', ['Alt+Enter'], (lab) => (lab.canStart ? () => lab.start() : undefined)),
  ofExperiment('lab-cancel', ['Alt+.'], (lab) => (lab.experiment?.isActive === true ? () => lab.cancel() : undefined)),
  ofExperiment('lab-save', ['Alt+Shift+S'], (lab) => (lab.canSave ? () => lab.save() : undefined)),
  ofPicture('adjust', 'run', ['A'], (picture, app) =>
    picture.run?.isActive === true || picture.adjusting !== undefined || picture.findings.isOpen
      ? undefined
      : () => beginAdjusting(app, picture),
  ),
  ofPicture('hint-paint', 'run', ['Shift+H'], ({ options, stage, isPainted, hints }) =>
    options.task === 'colorize' && stage === 'edit' && isPainted ? () => void hints.paint() : undefined,
  ),
  ofPicture('result-star', 'run', [], ({ commands }) => commands.star),
  ofPicture('result-remove', 'run', [], ({ commands }) => commands.remove),
  ofPicture('result-continue', 'run', ['Alt+Shift+G'], ({ commands }) => commands.goOn),
  ofPicture('result-export-png', 'run', [], ({ commands }) => commands.exportPicture),
  ofPicture('result-export-html', 'run', [], ({ commands }) => commands.exportPage),
  ofPicture('compare', 'run', ['C'], (picture) =>
    picture.result === undefined ? undefined : () => (picture.stage = otherStage(picture)),
  ),
  ...editorActions
    .filter(({ id }) => id !== 'show-shortcuts' && id !== 'show-palette')
    .map((action) => ofEditor(action))
    .map((action) => (action.id === 'undo' || action.id === 'redo' ? orOfLab(action, action.id) : action)),
  ofHealing('heal-marked', ['Shift+K'], (healing, picture) =>
    picture.isPainted ? () => healing.healMarked() : undefined,
  ),
  ofHealing('heal-select', ['Shift+J'], (healing) => (healing.isHealed ? () => healing.selectPrevious() : undefined)),
  ofStroke('heal-retry', ['T'], (healing, info) => healing.retry(info)),
  ...(['smooth', 'exemplar', 'sampled'] as const).map((fill) =>
    ofStroke(`heal-${fill}`, [], (healing, info) => healing.vary(info, { fill })),
  ),
  ofStroke('heal-refine', [], (healing, info) => healing.refine(info)),
  ofStroke('heal-remove', ['Alt+Delete'], (healing, info) => healing.remove(info.variant)),
  ofHealing('heal-cancel', [], (healing) => (healing.refining.length > 0 ? () => healing.cancel() : undefined)),
  {
    id: 'repair-photo',
    group: 'run',
    label: 'action.repair-photo',
    keys: ['Shift+S'],
    predicate: (app) => app.connection === 'open' && (pictureOf(app)?.run?.isActive ?? false) === false,
    perform: (app) => void repairPhoto(app),
  },
  ofFindings('find-mark', ['M'], ({ findings }) => (findings.kept.length > 0 ? () => findings.mark() : undefined)),
  ofFindings('find-keep-all', [], ({ findings }) =>
    findings.kept.length < findings.findings.length ? () => findings.keepAll() : undefined,
  ),
  ofFindings('find-reject-all', [], ({ findings }) =>
    findings.kept.length > 0 ? () => findings.rejectAll() : undefined,
  ),
  ofFindings(
    'find-close',
    [],
    ({ findings }) =>
      () =>
        findings.close(),
  ),
  ...VIEWS.map((view): AppAction => ({
    id: `view-${view}`,
    group: 'window',
    label: `action.view-${view}`,
    keys: [viewKeys[view]],
    predicate: (app) => app.view !== view,
    perform: (app) => (app.view = view),
  })),
  {
    id: 'toggle-panel',
    group: 'window',
    label: 'action.toggle-panel',
    keys: ['Alt+Shift+P'],
    predicate: (app) => pictureOf(app) !== undefined && !app.isBare,
    perform: togglePanel,
  },
  {
    id: 'toggle-film',
    group: 'window',
    label: 'action.toggle-film',
    keys: ['Alt+Shift+F'],
    predicate: (app) => pictureOf(app) !== undefined && !app.isBare,
    perform: (app) => app.changeLayout({ isFilmOpen: !app.layout.isFilmOpen }),
  },
  {
    id: 'toggle-all',
    group: 'window',
    label: 'action.toggle-all',
    keys: ['Mod+\\'],
    predicate: (app) => pictureOf(app) !== undefined,
    perform: (app) => (app.isBare = !app.isBare),
  },
  {
    id: 'full-screen',
    group: 'window',
    label: 'action.full-screen',
    keys: ['Shift+F'],
    predicate: (app) => pictureOf(app) !== undefined,
    perform: toggleFullScreen,
  },
  {
    id: 'tour',
    group: 'window',
    label: 'action.tour',
    keys: [],
    predicate: (app) => !app.isTouring,
    perform: (app) => void startTour(app),
  },
  ...TASKS.map((task) =>
    ofPanel(`task-${task}`, `panel.task.${task}`, (panel) =>
      task === panel.options.task || (task === 'reconstruct' && panel.sliceObstacle !== undefined)
        ? undefined
        : () => panel.chooseTask(task),
    ),
  ),
  ...PRESETS.map((preset) =>
    ofPanel(`preset-${preset}`, `panel.preset.${preset}`, (panel) =>
      presetsOf(panel.options.task).includes(preset) && presetOf(panel.options) !== preset
        ? () => panel.replaceOptions(applyPreset(panel.options, preset))
        : undefined,
    ),
  ),
  {
    id: 'show-palette',
    group: 'window',
    label: 'action.show-palette',
    keys: ['Mod+K'],
    perform: (app) => (app.dialog = 'palette'),
  },
  {
    id: 'show-shortcuts',
    group: 'window',
    label: 'action.show-shortcuts',
    keys: ['?'],
    perform: (app) => (app.dialog = 'shortcuts'),
  },
  {
    id: 'about',
    group: 'window',
    label: 'action.about',
    keys: [],
    perform: (app) => (app.dialog = 'about'),
  },
  {
    id: 'models',
    group: 'window',
    label: 'action.models',
    keys: ['Alt+Shift+M'],
    perform: (app) => (app.dialog = 'models'),
  },
  {
    id: 'settings',
    group: 'window',
    label: 'action.settings',
    keys: ['Mod+,'],
    perform: (app) => (app.dialog = 'settings'),
  },
  ...(['system', 'light', 'dark'] as const).map((theme): AppAction => ({
    id: `theme-${theme}`,
    group: 'window',
    label: `action.theme-${theme}`,
    keys: [],
    predicate: (app) => app.settings.theme !== theme,
    perform: (app) => void app.changeSettings({ theme }),
  })),
];

/** The action with an id, for buttons. */
export function actionOf(id: string): AppAction {
  const action = appActions.find((candidate) => candidate.id === id);
  if (action === undefined) throw new Error(`There is no action ${id}.`);
  return action;
}

/** Text of a label that an action or a step of the history has. */
export function labelOf(key: string | undefined): string {
  return key !== undefined && isMessageKey(key) ? t(key) : '';
}

/** Whose shortcuts to show. */
export const platform: Platform = /Mac|iPhone|iPad/.test(navigator.userAgent) ? 'mac' : 'other';

/** The picture in front, where the restore view shows it. */
function pictureOf(app: AppState): OpenPicture | undefined {
  return app.view === 'restore' ? app.pictures.active : undefined;
}

function togglePanel(app: AppState): void {
  if (window.innerWidth < NARROW) app.isDrawerOpen = !app.isDrawerOpen;
  else app.changeLayout({ isPanelOpen: !app.layout.isPanelOpen });
}

/** The picture alone on the whole screen, where the system allows that, or else in the whole window. */
function toggleFullScreen(app: AppState): void {
  const isFull = document.fullscreenElement !== null;
  app.isBare = !isFull;
  const done = isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  void done.catch(() => undefined);
}

/** Undo or redo, in the Lab of its settings. */
function orOfLab(action: AppAction, id: 'undo' | 'redo'): AppAction {
  const labelIn = (app: AppState): string | undefined => (id === 'undo' ? labOf(app).undoLabel : labOf(app).redoLabel);
  return {
    ...action,
    predicate: (app) => (app.view === 'lab' ? labelIn(app) !== undefined : isEnabled(action, app)),
    perform: (app) => {
      if (app.view !== 'lab') return action.perform(app);
      const step = labelOf(labelIn(app));
      labOf(app)[id]();
      app.announce(t(id === 'undo' ? 'editor.undone' : 'editor.redone', { step }));
    },
  };
}

/** An action on the experiment in front, while a view shows it. */
function ofExperiment(
  id: string,
  keys: readonly string[],
  find: (experimenter: Experimenter) => (() => void) | undefined,
): AppAction {
  const work = (app: AppState): (() => void) | undefined => {
    if (app.view === 'lab') return find(labOf(app));
    const batch = app.view === 'batch' ? batchModelOf(app) : undefined;
    return batch?.run === undefined && batch?.ranking.isShown === true ? find(batch.ranking) : undefined;
  };
  return {
    id,
    group: 'run',
    label: `action.${id}`,
    keys,
    predicate: (app) => work(app) !== undefined,
    perform: (app) => work(app)?.(),
  };
}

/** @param work  what to do; undefined when it cannot be done now. */
function ofPicture(
  id: string,
  group: ActionGroup,
  keys: readonly string[],
  work: (picture: OpenPicture, app: AppState) => (() => void) | undefined,
): AppAction {
  const find = (app: AppState): (() => void) | undefined => {
    const picture = pictureOf(app);
    return picture && work(picture, app);
  };
  return {
    id,
    group,
    label: `action.${id}`,
    keys,
    predicate: (app) => find(app) !== undefined,
    perform: (app) => find(app)?.(),
  };
}

function step(id: string, keys: readonly string[], distance: number): AppAction {
  return {
    id,
    group: 'file',
    label: `action.${id}`,
    keys,
    predicate: (app) => app.view === 'restore' && app.pictures.tabs.length > 1,
    perform: (app) => app.pictures.step(distance),
  };
}

/** An action of the healing brush, while the picture in front is edited. */
function ofHealing(
  id: string,
  keys: readonly string[],
  find: (healing: Healing, picture: OpenPicture) => (() => void) | undefined,
): AppAction {
  return ofPicture(id, 'heal', keys, (picture, app) =>
    picture.stage === 'edit' ? find(healingOf(app, picture), picture) : undefined,
  );
}

/** An action on the selected stroke, or else the newest. */
function ofStroke(
  id: string,
  keys: readonly string[],
  perform: (healing: Healing, info: VariantInfo) => void,
): AppAction {
  return ofHealing(id, keys, (healing) => {
    const info = healing.chosen?.info ?? healing.shown.at(-1);
    return info && (() => perform(healing, info));
  });
}

/** Something that the restore panel offers, while nothing runs. */
function ofPanel(id: string, label: MessageKey, work: (panel: PanelModel) => (() => void) | undefined): AppAction {
  const action = ofPicture(id, 'run', [], (picture, app) =>
    picture.run?.isActive === true ? undefined : work(panelOf(app, picture)),
  );
  return { ...action, label };
}

function otherStage({ stage }: OpenPicture): Stage {
  return stage === 'result' ? 'edit' : 'result';
}

/** An action on the damage that was found, while it is shown. */
function ofFindings(
  id: string,
  keys: readonly string[],
  work: (picture: OpenPicture) => (() => void) | undefined,
): AppAction {
  return ofPicture(id, 'mask', keys, (picture) =>
    picture.stage === 'edit' && picture.findings.isOpen ? work(picture) : undefined,
  );
}

/** An action of the mask editor, for the picture in front while its mask is edited. */
function ofEditor(action: Action<Editor>): AppAction {
  const shown = (app: AppState): OpenPicture | undefined => {
    const picture = pictureOf(app);
    if (picture?.adjusting !== undefined) return undefined;
    const isShown =
      picture?.stage === 'edit' ||
      (picture !== undefined && (decidesOnResult(action.id, picture) || looksAtResult(action.id, picture)));
    return isShown ? picture : undefined;
  };
  return {
    ...action,
    group: groupOf(action.id),
    predicate: (app) => {
      const edit = adjustingEdit(action.id, pictureOf(app));
      if (edit !== undefined) return edit.isPossible;
      const picture = shown(app);
      picture?.shown.followActions();
      if (action.id === 'find-damage' && picture?.findings.isOpen === true) return false;
      if (picture !== undefined && stateBeyond(action.id, picture) !== undefined) return true;
      return picture !== undefined && isEnabled(action, picture.editor);
    },
    perform: (app) => {
      adjustingEdit(action.id, pictureOf(app))?.perform();
      const picture = shown(app);
      if (picture === undefined) return;
      const step = labelOf(action.id === 'undo' ? picture.undoLabel : picture.redoLabel);
      const beyond = stateBeyond(action.id, picture);
      if (beyond === undefined) action.perform(picture.editor);
      else app.pictures.goTo(picture, beyond);
      if (action.id === 'undo') app.announce(t('editor.undone', { step }));
      else if (action.id === 'redo') app.announce(t('editor.redone', { step }));
      else if (action.id.startsWith('tool-')) app.announce(t('editor.tool-chosen', { tool: labelOf(action.label) }));
      else app.announce(labelOf(action.label));
    },
  };
}

/** Undo and redo of what is said of results and of repaired places, where the result is shown. */
function decidesOnResult(id: string, { stage, shown }: OpenPicture): boolean {
  if (stage !== 'result') return false;
  const label = id === 'undo' ? shown.undoLabel : id === 'redo' ? shown.redoLabel : undefined;
  return label?.startsWith('history.repair-') === true || label?.startsWith('history.result-') === true;
}

/** What changes how a result is looked at; its own keys go by its pixels where it is larger than the picture. */
function looksAtResult(id: string, { stage }: OpenPicture): boolean {
  return (
    stage === 'result' && ['zoom-in', 'zoom-out', 'zoom-fit', 'turn-left', 'turn-right', 'turn-upright'].includes(id)
  );
}

/** Undo and redo of what is set while a picture is adjusted; undefined for everything else. */
function adjustingEdit(
  id: string,
  picture: OpenPicture | undefined,
): { readonly isPossible: boolean; readonly perform: () => void } | undefined {
  const model = picture?.stage === 'edit' ? picture.adjusting : undefined;
  if (model === undefined) return undefined;
  if (id === 'undo') return { isPossible: model.canUndo, perform: () => model.edits.undo() };
  return id === 'redo' ? { isPossible: model.canRedo, perform: () => model.edits.redo() } : undefined;
}

/** Whether undo or redo goes to another state of the document, because the history of this one is at its end. */
function stateBeyond(id: string, { editor, earlier, later }: OpenPicture): 'earlier' | 'later' | undefined {
  const { history } = editor.document;
  if (editor.tools.isBusy) return undefined;
  if (id === 'undo') return !history.canUndo && earlier !== undefined ? 'earlier' : undefined;
  return id === 'redo' && !history.canRedo && later !== undefined ? 'later' : undefined;
}

function groupOf(id: string): ActionGroup {
  if (id.startsWith('zoom-') || id.startsWith('turn-')) return 'zoom';
  return id.startsWith('tool-') || id.startsWith('brush-') ? 'tools' : 'mask';
}
