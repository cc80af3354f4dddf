import type { BatchMask, BatchStart, FolderInfo } from '../../src-main/contract/app/batch.ts';
import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import type { BatchFormat, ExistingPolicy, VolumeFormat } from '../../src-main/contract/batch.ts';
import { findOptionsSchema, type FindOptions } from '../../src-main/contract/find.ts';
import { recipeOptions, recipeSchema, type Recipe } from '../../src-main/contract/recipe.ts';
import { parseRestoreOptions, type RestoreOptions, type Task } from '../../src-main/contract/restore-options.ts';
import { defaultFilters } from '../findings/finding.ts';
import type { MessageKey } from '../i18n/translate.svelte.ts';
import { lacksBlur, takesKernel } from '../panel/blur-sources.ts';
import { NEEDED_OPTIONS } from '../panel/needed-options.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';

export const MASK_KINDS = ['whole', 'auto', 'alpha', 'color', 'folder', 'files'] as const;
export type MaskKind = (typeof MASK_KINDS)[number];

/** What people set before a batch. */
export class BatchForm {
  readonly #app: AppState;
  /** Fields that show what cannot be taken. */
  readonly refused = new RefusedFields();
  sources: readonly FolderInfo[] = $state.raw([]);
  /** Absent: a new folder of the host, whose files are downloaded. */
  output: FolderInfo | undefined = $state.raw();
  recursive = $state(true);
  /** Inputs of an earlier batch that alone are meant; absent: all. */
  only: readonly string[] | undefined = $state.raw();
  task: Task = $state('inpaint');
  /** Options of the task; absent: those remembered from the editor. */
  changed: RestoreOptions | undefined = $state.raw();
  /** What it says of each picture goes before the options. */
  recipe: Recipe | undefined = $state.raw();
  /** deblur: a picture of the blur, in place of a Gaussian. */
  kernel: FileInfo | undefined = $state.raw();
  /** reconstruct: the inputs are sinograms, not slices to scan. */
  isSinogram = $state(false);
  /** Of sinograms: directions of the views in degrees, where they are not equally spaced. */
  angles: readonly number[] | undefined = $state.raw();
  /** Absent: the one chosen last for the task. */
  modelName: string | undefined = $state();
  /** Chosen for inpainting, and for the other tasks. */
  #maskKinds: { readonly inpaint: MaskKind; readonly other: MaskKind } = $state.raw({
    inpaint: 'auto',
    other: 'whole',
  });
  /** What counts as damage where it is found by itself. */
  find: FindOptions = $state.raw(defaultFilters);
  maskFiles: readonly FileInfo[] = $state.raw([]);
  maskFolder: FolderInfo | undefined = $state.raw();
  /** As `#rrggbb`. */
  color = $state('#ff00ff');
  tolerance = $state(8);
  format: BatchFormat = $state('lossless');
  quality = $state(92);
  template = $state('{name}_{task}.{ext}');
  existing: ExistingPolicy = $state('skip');
  /** Minutes for one picture; undefined for no limit. */
  limit: number | undefined = $state();
  keepTimestamps = $state(false);
  /** reconstruct: the file that the slices of a series are joined to. */
  volume: VolumeFormat | undefined = $state();
  /** Keep looking for new files. */
  watch = $state(false);

  constructor(app: AppState) {
    this.#app = app;
  }

  /** What can be said of the mask: inpainting needs one, other tasks are restricted by one, slices have none. */
  get possibleMasks(): readonly MaskKind[] {
    if (this.task === 'reconstruct') return ['whole'];
    return this.task === 'inpaint' ? MASK_KINDS.filter((kind) => kind !== 'whole') : MASK_KINDS;
  }

  get maskKind(): MaskKind {
    if (this.task === 'reconstruct') return 'whole';
    return this.task === 'inpaint' ? this.#maskKinds.inpaint : this.#maskKinds.other;
  }

  set maskKind(kind: MaskKind) {
    this.#maskKinds = { ...this.#maskKinds, [this.task === 'inpaint' ? 'inpaint' : 'other']: kind };
  }

  get options(): RestoreOptions {
    return (
      this.changed ??
      parseRestoreOptions({ ...NEEDED_OPTIONS[this.task], ...this.#app.settings.options[this.task], task: this.task })
    );
  }

  /** Networks that can do the task; for pictures, those for colour first. */
  get models(): readonly ModelInfo[] {
    const channels = this.task === 'reconstruct' ? 1 : 3;
    return this.#app.models
      .filter(({ tasks, problem }) => tasks.includes(this.task) && problem === undefined)
      .sort((a, b) => Number(b.channels === channels) - Number(a.channels === channels));
  }

  /** The network chosen here, or last for the task, or the first that can. */
  get model(): ModelInfo | undefined {
    const chosen = this.modelName ?? this.#app.settings.models[this.task];
    return this.models.find(({ name }) => name === chosen) ?? this.models[0];
  }

  /** What is missing before the batch can be planned; undefined when nothing is. */
  get obstacle(): MessageKey | undefined {
    if (this.refused.some) return 'panel.obstacle.refused';
    if (this.sources.length === 0) return 'batch.obstacle.sources';
    if (this.model === undefined) return 'batch.obstacle.model';
    if (lacksBlur(this.options, this.kernel)) return 'batch.obstacle.blur';
    const { maskKind } = this;
    if (maskKind === 'files' && this.maskFiles.length === 0) {
      return 'batch.obstacle.maskFiles';
    }
    if (maskKind === 'folder' && this.maskFolder === undefined) {
      return 'batch.obstacle.maskFolder';
    }
    if (maskKind === 'auto' && this.find.kinds.length === 0) {
      return 'batch.obstacle.kinds';
    }
    if (this.template.trim() === '') return 'batch.obstacle.template';
    return undefined;
  }

  /** Takes the recipe's task, options and search; the mask can still be chosen otherwise. */
  useRecipe(recipe: Recipe): void {
    this.chooseTask(recipe.options.task);
    this.recipe = recipe;
    this.changed = parseRestoreOptions(recipeOptions(recipe));
    this.modelName = recipe.model;
    const { find } = recipe;
    if (find !== undefined) Object.assign(this, { find, maskKind: 'auto' });
    else if (this.task !== 'inpaint') this.maskKind = 'whole';
  }

  chooseTask(task: Task): void {
    this.task = task;
    this.recipe = undefined;
    this.changed = undefined;
    this.modelName = undefined;
    if (task === 'reconstruct' ? ['jpeg', 'webp'].includes(this.format) : ['npy', 'dicom'].includes(this.format)) {
      this.format = 'lossless';
    }
  }

  addSource(folder: FolderInfo): void {
    if (!this.sources.some(({ id }) => id === folder.id)) this.sources = [...this.sources, folder];
  }

  removeSource(folder: FolderInfo): void {
    this.sources = this.sources.filter(({ id }) => id !== folder.id);
  }

  /** The request; `obstacle` must be undefined. */
  request(output: FolderInfo): BatchStart {
    const { settings } = this.#app;
    return {
      folders: this.sources.map(({ id }) => id),
      output: output.id,
      recursive: this.recursive,
      ...(this.only && { only: [...this.only] }),
      mask: this.#mask(),
      ...this.#scan(),
      ...(this.recipe && { recipe: this.recipe }),
      ...(this.kernel && takesKernel(this.options) && { kernel: this.kernel.id }),
      network: {
        model: this.model!.name,
        provider: settings.provider,
        ...(settings.threads !== undefined && { threads: settings.threads }),
      },
      format: this.format,
      ...((this.format === 'jpeg' || this.format === 'webp') && { quality: this.quality }),
      template: this.template,
      existing: this.existing,
      ...(this.limit !== undefined && this.limit > 0 && { timeLimit: this.limit * 60 }),
      keepTimestamps: this.keepTimestamps,
      ...(this.task === 'reconstruct' && this.volume !== undefined && { volume: this.volume, format: 'npy' as const }),
      ...(this.watch && this.only === undefined && { watch: true }),
    };
  }

  /** Fills the form from a request, as far as its folders are still known. */
  restore(request: BatchStart, folders: readonly FolderInfo[]): void {
    const known = (id: string): FolderInfo | undefined => folders.find((folder) => folder.id === id);
    this.sources = request.folders.map(known).filter((folder) => folder !== undefined);
    this.output = known(request.output);
    this.recursive = request.recursive ?? true;
    this.only = request.only;
    this.task = request.options.task;
    this.recipe = request.recipe && recipeSchema.parse(request.recipe);
    this.changed = parseRestoreOptions(request.options);
    this.modelName = request.network.model;
    this.format = request.format ?? 'lossless';
    this.quality = request.quality ?? this.quality;
    this.template = request.template ?? this.template;
    this.existing = request.existing ?? 'skip';
    this.limit = request.timeLimit === undefined ? undefined : request.timeLimit / 60;
    this.keepTimestamps = request.keepTimestamps ?? false;
    this.volume = request.volume;
    this.watch = request.watch ?? false;
    this.isSinogram = request.isSinogram ?? false;
    this.angles = request.angles;
    const { mask } = request;
    // Mask files are forgotten with the page that chose them.
    if (mask.kind === 'none') this.maskKind = 'whole';
    else if (mask.kind !== 'files') this.maskKind = mask.kind;
    if (mask.kind === 'folder') this.maskFolder = known(mask.folder);
    if (mask.kind === 'auto') this.find = findOptionsSchema.parse(mask.find ?? {});
    if (mask.kind === 'color') {
      this.color = `#${mask.color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
      this.tolerance = mask.tolerance;
    }
  }

  /** Options, and what the inputs are: a sinogram has as many views as it has, whatever slices are scanned with. */
  #scan(): Pick<BatchStart, 'options' | 'isSinogram' | 'angles'> {
    const { options, angles } = this;
    if (this.task !== 'reconstruct' || !this.isSinogram) return { options };
    const { angles: _views, ...others } = options;
    return { options: others, isSinogram: true, ...(angles && { angles: [...angles] }) };
  }

  #mask(): BatchMask {
    switch (this.maskKind) {
      case 'whole':
        return { kind: 'none' };
      case 'files':
        return { kind: 'files', files: this.maskFiles.map(({ id }) => id) };
      case 'folder':
        return { kind: 'folder', folder: this.maskFolder!.id };
      case 'color':
        return { kind: 'color', color: rgbOf(this.color), tolerance: this.tolerance };
      case 'auto':
        return { kind: 'auto', find: { ...this.find, kinds: [...this.find.kinds] } };
      case 'alpha':
        return { kind: 'alpha' };
    }
  }
}

/** 0…255 of `#rrggbb`. */
function rgbOf(color: string): [number, number, number] {
  const channel = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
}
