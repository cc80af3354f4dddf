import type { Choices, ProviderInfo } from '../../src-main/contract/app/replies.ts';
import type { RunPlan, RunProblem, RunRequest } from '../../src-main/contract/app/runs.ts';
import type { MarkedBlur } from '../../src-main/contract/app/recipes.ts';
import type { AppSettings } from '../../src-main/contract/app/settings.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import type { Inspection } from '../../src-main/contract/inspect.ts';
import { parseRestoreOptions, type RestoreOptions, type Task } from '../../src-main/contract/restore-options.ts';
import { toLangevinError, type ErrorCode } from '../../src-main/errors.ts';
import type { Rect } from '../canvas/geometry.ts';
import { visibleRect } from '../canvas/view-transform.ts';
import { healingOf } from '../heal/healing.svelte.ts';
import { t, type MessageKey } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import { startRun } from '../state/run-model.svelte.ts';
import { lacksBlur, takesKernel } from './blur-sources.ts';
import { chooseModel } from './choose-model.ts';
import { chosenSampler, withEntry, withoutOrphans, type OptionsPatch } from './sampler-changes.ts';
import type { RunSettings } from './run-settings.ts';
import { blurInWords, withFound } from './found-damage.ts';
import { NEEDED_OPTIONS } from './needed-options.ts';
import { centreOf, nearestPainted, previewRect } from './preview-rect.ts';

/** How long nothing must change before the host is asked what a run would take. */
const PLAN_DELAY_MS = 350;

/** Problems of the moment, which the next attempt may not have. */
const PASSING: readonly ErrorCode[] = ['engine-crashed', 'connection-lost', 'internal', 'cancelled'];

/** Options that a recipe does not say. */
const OWN_OF_RUNS: readonly string[] = ['seed', 'samples', 'contactSheet'];

type MethodValue = NonNullable<RestoreOptions['methodOptions']>[string];

const panels = new WeakMap<OpenPicture, PanelModel>();

/** The panel of a picture, the same each time its tab comes to the front. */
export function panelOf(app: AppState, picture: OpenPicture): PanelModel {
  const panel = panels.get(picture) ?? new PanelModel(app, picture);
  panels.set(picture, panel);
  return panel;
}

/** What the restore panel knows and does for one picture. */
export class PanelModel {
  readonly picture: OpenPicture;
  choices: Choices | undefined = $state.raw();
  plan: RunPlan | undefined = $state.raw();
  /** Why the host says that it would not run. */
  planProblem: RunProblem | undefined = $state.raw();
  providers: readonly ProviderInfo[] | undefined = $state.raw();
  kernel: FileInfo | undefined = $state.raw();
  /** Tasks that could restore the whole picture keep to what is painted, if anything is. */
  keepsToMask = $state(true);
  /** Fields that show what cannot be taken. */
  readonly refused = new RefusedFields();
  /** What the picture tells of what happened to it; undefined until the host has looked. */
  found: Inspection | undefined = $state.raw();
  /** The request is on its way to the host. */
  isStarting = $state(false);
  /** The host reads a blur from what is marked. */
  isMeasuring = $state(false);
  readonly #app: AppState;
  readonly #optionsOfTasks: Partial<Record<Task, RestoreOptions>> = {};
  #planNumber = 0;
  #looking: Promise<void> | undefined;
  #choicesNumber = 0;

  constructor(app: AppState, picture: OpenPicture) {
    this.#app = app;
    this.picture = picture;
  }

  get options(): RestoreOptions {
    return this.picture.options;
  }

  get needsMask(): boolean {
    return this.options.task === 'inpaint';
  }

  /** Whether a run changes painted pixels only: inpainting always, other tasks where something is painted. */
  get usesMask(): boolean {
    if (this.needsMask) return true;
    return this.options.task !== 'reconstruct' && this.keepsToMask && this.picture.isPainted;
  }

  get isRunning(): boolean {
    return this.picture.run?.isActive === true;
  }

  /** Why Restore cannot be pressed; undefined when it can. */
  get obstacle(): MessageKey | undefined {
    if (this.#app.connection !== 'open') return 'panel.obstacle.connection';
    if (this.refused.some) return 'panel.obstacle.refused';
    if (this.needsMask && !this.picture.isPainted) return 'panel.obstacle.mask';
    const { task, damage = {} } = this.options;
    if (task === 'reconstruct') return this.sliceObstacle;
    if (task === 'compound' && Object.keys(damage).length === 0 && !this.usesMask) return 'panel.obstacle.damage';
    if (lacksBlur(this.options, this.kernel)) return 'panel.obstacle.blur';
    return undefined;
  }

  /** Whether Restore can be pressed: nothing is in the way, and the host did not refuse the request. */
  get canRun(): boolean {
    const isRefused = this.planProblem !== undefined && !PASSING.includes(this.planProblem.code);
    return this.obstacle === undefined && !isRefused && !this.isStarting;
  }

  /** Why the picture cannot be a slice; undefined when it can. */
  get sliceObstacle(): MessageKey | undefined {
    const { mode, width, height } = this.picture.content;
    if (mode === 'rgb' || mode === 'rgb-alpha') return 'panel.obstacle.colour';
    return width === height ? undefined : 'panel.obstacle.square';
  }

  /** The rectangle that a preview would restore; undefined when nothing painted is visible. */
  get previewRect(): Rect | undefined {
    const visible = visibleRect(this.picture.shown.view);
    if (visible === undefined || this.options.task === 'reconstruct') return undefined;
    if (!this.usesMask) return previewRect(visible, centreOf(visible));
    const focus = this.picture.isPainted ? nearestPainted(this.picture.editor.document.layer, visible) : undefined;
    return focus && previewRect(visible, focus);
  }

  /** Changes task; each task keeps the options that it had for this picture. */
  chooseTask(task: Task): void {
    if (task === this.options.task) return;
    this.#optionsOfTasks[this.options.task] = this.options;
    const { models, settings } = this.#app;
    const usual = { ...NEEDED_OPTIONS[task], ...settings.options[task], task };
    this.picture.options = this.#optionsOfTasks[task] ?? parseRestoreOptions(usual);
    const remembered = settings.models[task] ?? this.picture.model;
    this.picture.model = chooseModel(models, task, this.picture.content.mode, remembered) ?? this.picture.model;
  }

  /** Changes options; undefined sets one back to its default. */
  change(patch: OptionsPatch<RestoreOptions>): void {
    const isByRecipe = Object.keys(patch).every((key) => OWN_OF_RUNS.includes(key));
    const joined = {
      ...this.options,
      ...withoutOrphans(patch),
      ...patch,
      ...(isByRecipe ? {} : { recipe: undefined }),
    };
    const given = Object.entries(joined).filter(([, value]) => value !== undefined);
    this.picture.options = parseRestoreOptions(Object.fromEntries(given));
  }

  replaceOptions(options: RestoreOptions): void {
    this.picture.options = options;
  }

  /** Changes one of the solver's own options; undefined sets it back to its default. */
  changeMethodOption(name: string, value: MethodValue | undefined): void {
    this.change({ methodOptions: withEntry(this.options.methodOptions, name, value) });
  }

  /**
   * Takes the options of a run, whatever task it was of; another task's are kept for when it is chosen again.
   * @returns takes them back.
   */
  useSettings({ options, model }: RunSettings): () => void {
    const before = { options: this.options, model: this.picture.model };
    this.#optionsOfTasks[this.options.task] = this.options;
    this.picture.options = options;
    const known = this.#app.models.find(({ name, tasks }) => name === model && tasks.includes(options.task));
    const { mode } = this.picture.content;
    const { models } = this.#app;
    const found = known?.name ?? chooseModel(models, options.task, mode, this.picture.model);
    this.picture.model = found ?? this.picture.model;
    return () => {
      this.picture.options = before.options;
      this.picture.model = before.model;
    };
  }

  /** Asks the host, once, what happened to the picture. A host that cannot say proposes nothing. */
  inspect(): Promise<void> {
    this.#looking ??= this.#app.client.call('inspectPicture', { file: this.picture.file.id }).then(
      (found) => void (this.found = found),
      () => undefined,
    );
    return this.#looking;
  }

  /** Fills the chain with what was found. @returns takes it back. */
  undoFound(): () => void {
    const { options, found } = this;
    this.change({ damage: withFound(options.damage ?? {}, found?.damage ?? {}) });
    return () => this.replaceOptions(options);
  }

  /**
   * Reads the blur from what is marked, which is no damage and is marked no longer: one step back for the mark, and an offer
   * for the blur.
   */
  async measureBlur(as: MarkedBlur['as']): Promise<void> {
    const { picture, options } = this;
    const mask = picture.maskPatch();
    if (mask === undefined) return;
    const request = { file: picture.file.id, marked: { as, mask } };
    this.isMeasuring = true;
    const found = await this.#app.attempt(() => this.#app.client.call('inspectPicture', request));
    this.isMeasuring = false;
    if (found === undefined || this.options !== options) return;
    const blur = found.damage?.blur;
    if (blur === undefined) {
      const isSharp = found.estimates.blur.verdict === 'no';
      this.#app.tell(t(isSharp ? 'panel.damage.measure.sharp' : 'panel.damage.measure.nothing'));
      return;
    }
    picture.editor.document.edit('history.blur-mark', (layer) => layer.fillRect(mask, 'subtract'));
    this.change({ damage: { ...options.damage, blur } });
    const isConfirmed = found.estimates.blur.verdict === 'yes';
    this.#app.tell(
      t(isConfirmed ? 'panel.damage.measured' : 'panel.damage.measured.unconfirmed', { blur: blurInWords(blur) }),
      'information',
      { label: t('panel.settings.undo'), perform: () => this.replaceOptions(options) },
    );
  }

  /** Asks the host what can be chosen. Reads what it depends on at once, so that effects follow it. */
  async loadChoices(): Promise<void> {
    const { task, noise = task === 'denoise' || task === 'deblur' ? 1 : 0 } = this.options;
    const { model } = this.picture;
    const number = ++this.#choicesNumber;
    const request = { task, model, noisy: noise > 0, chosen: chosenSampler(this.options) };
    const choices = await this.#app.attempt(() => this.#app.client.call('choices', request));
    if (number === this.#choicesNumber) this.choices = choices;
  }

  /** Asks the host, a moment later, what a run would take. @returns gives that up. */
  planSoon(): () => void {
    const number = ++this.#planNumber;
    this.plan = undefined;
    this.planProblem = undefined;
    // Read here so that effects follow the mask, the options, the model, the provider and the end of a run,
    // after which the speed is known.
    const isReady = this.obstacle === undefined && this.picture.shown.state >= 0 && !this.isRunning;
    const request = isReady ? this.request() : undefined;
    if (request === undefined) return () => undefined;
    const timer = setTimeout(() => void this.#askPlan(request, number), PLAN_DELAY_MS);
    return () => clearTimeout(timer);
  }

  async loadProviders(): Promise<void> {
    this.providers = await this.#app.attempt(() => this.#app.client.call('doctor', {}));
  }

  /** Starts the run, of the whole picture or of a part, and remembers its options for the task's next picture. */
  async run(crop?: Rect): Promise<void> {
    if (!this.canRun || this.isRunning) return;
    this.isStarting = true;
    try {
      const request = { ...this.request(), ...(crop && { crop: { ...crop } }) };
      const run = await this.#app.attempt(() => startRun(this.#app, this.picture, request));
      if (run !== undefined) this.#remember();
    } finally {
      this.isStarting = false;
    }
  }

  request(): RunRequest {
    const { options } = this;
    const { provider, threads } = this.#app.settings;
    const mask = this.usesMask ? this.picture.maskPatch() : undefined;
    const hints = options.task === 'colorize' ? this.picture.hints.patches() : [];
    return {
      file: this.picture.file.id,
      ...(mask && { mask }),
      ...(hints.length > 0 && { hints }),
      ...(healingOf(this.#app, this.picture).isHealed && { healed: true }),
      ...(this.kernel && takesKernel(options) && { kernel: this.kernel.id }),
      options,
      network: { model: this.picture.model, provider, ...(threads !== undefined && { threads }) },
    };
  }

  async #askPlan(request: RunRequest, number: number): Promise<void> {
    try {
      const plan = await this.#app.client.call('planRun', request);
      if (number === this.#planNumber) this.plan = plan;
    } catch (error) {
      if (number === this.#planNumber) this.planProblem = toLangevinError(error);
    }
  }

  #remember(): void {
    const { task, seed: _seed, ...options } = this.options;
    const { settings } = this.#app;
    const patch: Pick<AppSettings, 'options' | 'models'> = {
      options: { ...settings.options, [task]: options },
      models: { ...settings.models, [task]: this.picture.model },
    };
    void this.#app.changeSettings(patch);
  }
}
