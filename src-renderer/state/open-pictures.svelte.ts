import type { Session, SessionTab } from '../../src-main/contract/app/session.ts';
import type { FileInfo, MaskPatch, PictureContent } from '../../src-main/contract/app/values.ts';
import { parseRestoreOptions, type RestoreOptions, type Task } from '../../src-main/contract/restore-options.ts';
import type { EditorRequest } from '../canvas/editor.ts';
import type { Size } from '../canvas/geometry.ts';
import { HostSearch } from '../findings/host-search.ts';
import { deserializeMask } from '../canvas/mask-file.ts';
import { MaskLayer } from '../canvas/mask-layer.ts';
import { hintsFromSession } from '../hints/hint-session.ts';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import type { AppSettings } from '../../src-main/contract/app/settings.ts';
import { chooseModel } from '../panel/choose-model.ts';
import { addFile } from '../client/add-file.ts';
import { t } from '../i18n/translate.svelte.ts';

import { ResultHistory } from '../history/result-history.svelte.ts';
import { OpenPicture, type EarlierState } from './open-picture.svelte.ts';
import type { Question } from './question.ts';

/** Closed tabs that can be had back, and the pixels that they may hold together. */
const KEPT_CLOSED = 20;
const KEPT_PIXELS = 100e6;

/** How the names of projects end. */
const PROJECT_ENDING = '.langevin';

interface ClosedTab {
  readonly picture: OpenPicture;
  readonly index: number;
  readonly notice: number | undefined;
  /** Its run goes on, as people have asked; it is kept until they have seen what comes of it. */
  readonly goesOn: boolean;
}

/** From one state of a document to the next. */
interface Step extends EarlierState {
  readonly keepsBefore: boolean;
  readonly adjusted?: SessionTab['adjusted'];
  /** What is marked in the new state. */
  readonly mask?: MaskPatch | undefined;
}

function layerOf({ coverage, ...rect }: MaskPatch, { width, height }: Size): MaskLayer {
  const layer = new MaskLayer(width, height);
  layer.blendRect(rect, coverage, 0, rect.width, 'replace');
  return layer;
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** What opening a picture needs of the app. */
export interface OpeningContext {
  readonly client: AppClient;
  readonly settings: AppSettings;
  readonly models: readonly ModelInfo[];
  /** Ends when settings and session are there. */
  readonly loading: Promise<void> | undefined;
  readonly loadingModels: Promise<unknown> | undefined;
  tell(
    message: string,
    kind?: 'information' | 'problem',
    offer?: { readonly label: string; readonly perform: () => void },
  ): number;
  dismiss(id: number): void;
  question: Question | undefined;
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** The pictures in tabs. */
export class OpenPictures {
  readonly #app: OpeningContext;
  /** The one closed last at the end. */
  #closed: readonly ClosedTab[] = $state.raw([]);
  tabs: readonly OpenPicture[] = $state.raw([]);
  active: OpenPicture | undefined = $state.raw();
  /** Names of files that are being read. */
  opening: readonly string[] = $state.raw([]);
  /** Whether the last session has been brought back, so that saving cannot replace it with less. */
  isRestored = $state(false);
  /** Carries out what a mask editor asks of the window. */
  onRequest: (request: EditorRequest, picture: OpenPicture) => void = () => undefined;

  constructor(app: OpeningContext) {
    this.#app = app;
  }

  /** Opens files of the host in tabs of their own; one that is open already comes to the front. */
  async open(files: readonly FileInfo[]): Promise<void> {
    // Files that the program was started with come before the settings do.
    await this.#app.loading;
    for (const file of files) {
      const present = this.tabs.find((tab) => tab.file.id === file.id || tab.document === file.id);
      const isProject = file.name.toLowerCase().endsWith(PROJECT_ENDING);
      const read = (): Promise<OpenPicture> => (isProject ? this.#readProject(file) : this.#read(file));
      const picture = present ?? (await this.#app.attempt(read));
      if (picture === undefined) continue;
      if (present === undefined) this.tabs = [...this.tabs, picture];
      this.active = picture;
    }
  }

  /** The picture of a project, with all that was done to it; the file of the project is needed no longer. */
  async #readProject(project: FileInfo): Promise<OpenPicture> {
    const { client } = this.#app;
    try {
      const { tab, files } = await this.#busy(project.name, () => client.call('openProject', { file: project.id }));
      return await this.#read(
        files.find(({ id }) => id === tab.file)!,
        tab,
      );
    } finally {
      await client.call('forgetFile', { file: project.id }).catch(() => undefined);
    }
  }

  /** Opens uploaded, dropped or pasted files; those that are not pictures are named in a notice. */
  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const info = await this.#app.attempt(() => this.#busy(file.name, () => addFile(this.#app.client, file)));
      if (info !== undefined) await this.open([info]);
    }
  }

  /**
   * Puts a further state of a document into its tab; undoing comes back to the one before.
   * @param label  key of the name of the step.
   * @param keepsBefore  results are still compared with what they were compared with; otherwise with the new state.
   */
  async advance(
    picture: OpenPicture,
    file: FileInfo,
    label: string,
    keepsBefore: boolean,
    made: Pick<Step, 'adjusted' | 'mask'> = {},
  ): Promise<OpenPicture | undefined> {
    const next = await this.#app.attempt(() =>
      this.#read(file, undefined, { picture, label, keepsBefore, adjusted: made.adjusted, mask: made.mask }),
    );
    if (next === undefined) return undefined;
    this.#swap(picture, next);
    this.#dropEarlier(next);
    return next;
  }

  /** Goes back to the state of the document before, or forward to the one after. */
  goTo(picture: OpenPicture, direction: 'earlier' | 'later'): void {
    const other = picture[direction];
    if (other === undefined) return;
    if (direction === 'earlier') other.picture.cameBack({ picture, label: other.label });
    this.#swap(picture, other.picture);
  }

  /** Fetches what results are compared with, where that is not the picture itself. */
  async loadBefore(picture: OpenPicture): Promise<void> {
    if (picture.before === picture.file.id || picture.opened !== undefined) return;
    const read = await this.#app.attempt(() => this.#app.client.call('readPicture', { file: picture.before }));
    if (read !== undefined && isSameSize(read, picture.content)) picture.opened = read;
  }

  #swap(picture: OpenPicture, other: OpenPicture): void {
    picture.findings.stop();
    this.tabs = this.tabs.map((tab) => (tab === picture ? other : tab));
    if (this.active === picture) this.active = other;
  }

  /** Earlier states hold pixels: those that are too many cannot be come back to. */
  #dropEarlier(picture: OpenPicture): void {
    let pixels = 0;
    for (let state = picture; state.earlier !== undefined; state = state.earlier.picture) {
      const { width, height } = state.earlier.picture.content;
      pixels += width * height;
      if (pixels > KEPT_PIXELS) state.earlier = undefined;
      if (state.earlier === undefined) return;
    }
  }

  /** Closes a tab, after asking where that would cancel a run. It can be had back until many others are closed. */
  close(picture: OpenPicture): void {
    if (picture.run?.isActive !== true) return this.#close(picture);
    const { name } = picture.file;
    this.#app.question = {
      title: t('app.close-running', { name }),
      message: t('app.close-running-why'),
      answers: [
        { label: t('app.keep-running') },
        { label: t('app.go-on-closed'), perform: () => this.#close(picture, true) },
        { label: t('app.cancel-and-close'), perform: () => this.#close(picture) },
      ],
    };
  }

  /** @param goesOn  what is being restored goes on. */
  #close(picture: OpenPicture, goesOn = false): void {
    const index = this.tabs.indexOf(picture);
    if (index < 0) return;
    picture.findings.stop();
    if (picture.run?.isActive === true && !goesOn) void this.#app.attempt(async () => picture.run?.cancel());
    this.tabs = this.tabs.filter((tab) => tab !== picture);
    if (this.active === picture) this.active = this.tabs[Math.min(index, this.tabs.length - 1)];
    const hasWork = picture.isPainted || picture.pixels.isTouched || picture.result !== undefined;
    const notice = hasWork
      ? this.#app.tell(t('app.closed', { name: picture.file.name }), 'information', {
          label: t('app.reopen'),
          perform: () => this.reopen(picture),
        })
      : undefined;
    this.#closed = [...this.#closed, { picture, index, notice, goesOn }];
    if (goesOn) this.#tellWhenDone(picture);
    this.#dropClosed();
  }

  /** Says when what goes on in a closed picture has ended, and offers to look at it. */
  #tellWhenDone(picture: OpenPicture): void {
    const stop = this.#app.client.onEvent((event) => {
      if (event.type !== 'run-end' || event.run !== picture.run?.id) return;
      stop();
      const closed = this.#closed.find((tab) => tab.picture === picture);
      if (closed === undefined) return;
      if (closed.notice !== undefined) this.#app.dismiss(closed.notice);
      const { name } = picture.file;
      const notice = this.#app.tell(t(`app.closed-run-${event.status}`, { name }), 'information', {
        label: t('app.reopen'),
        perform: () => this.reopen(picture),
      });
      this.#closed = this.#closed.map((tab) => (tab === closed ? { ...tab, notice } : tab));
    });
  }

  /** Opens a closed tab again, as it was: the one closed last unless another is meant. */
  reopen(picture = this.#closed.at(-1)?.picture): void {
    const closed = this.#closed.find((tab) => tab.picture === picture);
    if (closed === undefined) return;
    this.#closed = this.#closed.filter((tab) => tab !== closed);
    if (closed.notice !== undefined) this.#app.dismiss(closed.notice);
    this.tabs = this.tabs.toSpliced(closed.index, 0, closed.picture);
    this.active = closed.picture;
  }

  get canReopen(): boolean {
    return this.#closed.length > 0;
  }

  /** Forgets the oldest closed tabs where there are too many; a notice that offers one goes with it. */
  #dropClosed(): void {
    for (;;) {
      const droppable = this.#closed.filter(({ goesOn }) => !goesOn);
      const pixels = droppable.reduce((sum, { picture: { content } }) => sum + content.width * content.height, 0);
      if (droppable.length <= KEPT_CLOSED && (droppable.length <= 1 || pixels <= KEPT_PIXELS)) return;
      const [{ picture, notice }] = droppable;
      this.#closed = this.#closed.filter((tab) => tab.picture !== picture);
      if (notice !== undefined) this.#app.dismiss(notice);
      this.#forget(picture);
    }
  }

  #forget(picture: OpenPicture): void {
    for (let state: OpenPicture | undefined = picture; state !== undefined; state = state.earlier?.picture) {
      state.findings.dispose();
      state.repair?.dispose();
    }
    void this.#app.attempt(() => this.#app.client.call('forgetFile', { file: picture.document }));
  }

  /** Brings the tab `distance` places to the right to the front, round the end. */
  step(distance: number): void {
    if (this.active === undefined) return;
    const count = this.tabs.length;
    this.active = this.tabs[(this.tabs.indexOf(this.active) + distance + count) % count];
  }

  toSession(): Session {
    const active = this.tabs.findIndex((tab) => tab === this.active);
    // After a restart they are open again: nobody would be told of them otherwise.
    const going = this.#closed.filter(({ goesOn }) => goesOn).map(({ picture }) => picture);
    return { tabs: [...this.tabs, ...going].map((tab) => tab.toSession()), ...(active >= 0 && { active }) };
  }

  /**
   * Brings back what was open, the picture in front first; a picture or mask that cannot be read is told and left out.
   */
  async restore(session: Session & { readonly files: readonly FileInfo[] }): Promise<void> {
    const front = session.active ?? 0;
    const opened: (OpenPicture | undefined)[] = [];
    const order = [...session.tabs.keys()].sort((a, b) => Number(b === front) - Number(a === front));
    for (const place of order) {
      const tab = session.tabs[place];
      const file = session.files.find(({ id }) => id === tab.file);
      const picture = file && (await this.#app.attempt(() => this.#read(file, tab)));
      if (picture === undefined) continue;
      opened[place] = picture;
      const next = this.tabs.findIndex((other) => opened.indexOf(other) > place);
      this.tabs = this.tabs.toSpliced(next < 0 ? this.tabs.length : next, 0, picture);
      this.active ??= picture;
    }
    this.isRestored = true;
  }

  #read(file: FileInfo, saved?: SessionTab, step?: Step): Promise<OpenPicture> {
    return this.#busy(file.name, async () => {
      // The panel beside it asks for the models at once.
      const [content] = await Promise.all([
        this.#app.client.call('readPicture', { file: file.id }),
        this.#app.loadingModels,
      ]);
      for (const notice of content.notices) this.#app.tell(`${file.name}: ${notice}`);
      const { editor } = this.#app.settings;
      const mask = saved?.mask ? this.#maskOf(saved.mask, content) : step?.mask && layerOf(step.mask, content);
      const adjusted = saved?.adjusted ?? step?.adjusted;
      const from = step?.picture;
      const options = saved?.options ?? from?.options ?? this.#startOptions('inpaint');
      const document = saved?.document ?? from?.document ?? file.id;
      const before = saved?.before ?? (step?.keepsBefore ? from?.before : undefined);
      const opened =
        step?.keepsBefore && from && isSameSize(from.content, content) ? from.pixels.original() : undefined;
      return new OpenPicture({
        file,
        content,
        options,
        model: saved?.model ?? from?.model ?? this.#startModel(options.task, content.mode),
        document,
        history: from?.history ?? new ResultHistory(this.#app, document),
        ...(before !== undefined && { before }),
        ...(opened && { opened }),
        ...(adjusted && { adjusted: { of: adjusted.of, adjustment: adjusted.adjustment } }),
        ...(step && { earlier: { picture: step.picture, label: step.label } }),
        ...(editor && { settings: editor }),
        ...(mask && { mask }),
        ...(saved?.hints && { hints: hintsFromSession(saved.hints, content) }),
        ...(saved?.history && (mask !== undefined || saved.mask === undefined) && { steps: saved.history }),
        onRequest: (request, picture) => this.onRequest(request, picture),
        createSearch: () => new HostSearch(this.#app.client, file.id),
        tell: (...news) => this.#app.tell(...news),
      });
    });
  }

  /** A picture whose mask cannot be used is opened without it. */
  #maskOf(bytes: Uint8Array, picture: Size): MaskLayer | undefined {
    try {
      const layer = deserializeMask(bytes);
      layer.assertSize(picture);
      return layer;
    } catch (error) {
      this.#app.tell((error as Error).message, 'problem');
      return undefined;
    }
  }

  #startOptions(task: Task): RestoreOptions {
    return parseRestoreOptions({ ...this.#app.settings.options[task], task });
  }

  /** The model chosen last for the task, or the first that can do it with such a picture. */
  #startModel(task: Task, mode: PictureContent['mode']): string {
    const { models, settings } = this.#app;
    const remembered = settings.models[task];
    return chooseModel(models, task, mode, remembered) ?? remembered ?? 'photo';
  }

  async #busy<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.opening = [...this.opening, name];
    try {
      return await work();
    } finally {
      const index = this.opening.indexOf(name);
      this.opening = this.opening.filter((_, i) => i !== index);
    }
  }
}
