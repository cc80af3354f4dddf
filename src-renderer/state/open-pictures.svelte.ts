import type { Session, SessionTab } from '../../src-main/contract/app/session.ts';
import type { FileInfo, PictureContent } from '../../src-main/contract/app/values.ts';
import { parseRestoreOptions, type RestoreOptions, type Task } from '../../src-main/contract/restore-options.ts';
import type { EditorRequest } from '../canvas/editor.ts';
import type { Size } from '../canvas/geometry.ts';
import { HostSearch } from '../findings/host-search.ts';
import { deserializeMask } from '../canvas/mask-file.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import type { AppSettings } from '../../src-main/contract/app/settings.ts';
import { chooseModel } from '../panel/choose-model.ts';
import { addFile } from '../client/add-file.ts';
import { t } from '../i18n/translate.svelte.ts';
import { OpenPicture } from './open-picture.svelte.ts';

/** What opening a picture needs of the app. */
export interface OpeningContext {
  readonly client: AppClient;
  readonly settings: AppSettings;
  readonly models: readonly ModelInfo[];
  /** Ends when settings and models are there. */
  readonly loading: Promise<void> | undefined;
  tell(
    message: string,
    kind?: 'information' | 'problem',
    offer?: { readonly label: string; readonly perform: () => void },
  ): void;
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** The pictures in tabs. */
export class OpenPictures {
  readonly #app: OpeningContext;
  #closed: { readonly picture: OpenPicture; readonly index: number } | undefined = $state.raw();
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
      const present = this.tabs.find((tab) => tab.file.id === file.id);
      const picture = present ?? (await this.#app.attempt(() => this.#read(file)));
      if (picture === undefined) continue;
      if (present === undefined) this.tabs = [...this.tabs, picture];
      this.active = picture;
    }
  }

  /** Opens uploaded, dropped or pasted files; those that are not pictures are named in a notice. */
  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const info = await this.#app.attempt(() => this.#busy(file.name, () => addFile(this.#app.client, file)));
      if (info !== undefined) await this.open([info]);
    }
  }

  /** Closes a tab. One with a mask or results can be had back until the next is closed. */
  close(picture: OpenPicture): void {
    const index = this.tabs.indexOf(picture);
    if (index < 0) return;
    if (this.#closed !== undefined) this.#forget(this.#closed.picture);
    this.#closed = { picture, index };
    picture.findings.stop();
    if (picture.run?.isActive === true) void this.#app.attempt(async () => picture.run?.cancel());
    this.tabs = this.tabs.filter((tab) => tab !== picture);
    if (this.active === picture) this.active = this.tabs[Math.min(index, this.tabs.length - 1)];
    if (picture.isPainted || picture.pixels.isTouched || picture.run?.withResults !== undefined) {
      this.#app.tell(t('app.closed', { name: picture.file.name }), 'information', {
        label: t('app.reopen'),
        perform: () => this.reopen(),
      });
    }
  }

  /** Opens the tab that was closed last again, as it was. */
  reopen(): void {
    const closed = this.#closed;
    if (closed === undefined) return;
    this.#closed = undefined;
    this.tabs = this.tabs.toSpliced(closed.index, 0, closed.picture);
    this.active = closed.picture;
  }

  get canReopen(): boolean {
    return this.#closed !== undefined;
  }

  #forget(picture: OpenPicture): void {
    picture.findings.dispose();
    picture.repair?.dispose();
    void this.#app.attempt(() => this.#app.client.call('forgetFile', { file: picture.file.id }));
  }

  /** Brings the tab `distance` places to the right to the front, round the end. */
  step(distance: number): void {
    if (this.active === undefined) return;
    const count = this.tabs.length;
    this.active = this.tabs[(this.tabs.indexOf(this.active) + distance + count) % count];
  }

  toSession(): Session {
    const active = this.tabs.findIndex((tab) => tab === this.active);
    return { tabs: this.tabs.map((tab) => tab.toSession()), ...(active >= 0 && { active }) };
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

  #read(file: FileInfo, saved?: SessionTab): Promise<OpenPicture> {
    return this.#busy(file.name, async () => {
      const content = await this.#app.client.call('readPicture', { file: file.id });
      for (const notice of content.notices) this.#app.tell(`${file.name}: ${notice}`);
      const { editor } = this.#app.settings;
      const mask = saved?.mask && this.#maskOf(saved.mask, content);
      const options = saved?.options ?? this.#startOptions('inpaint');
      return new OpenPicture({
        file,
        content,
        options,
        model: saved?.model ?? this.#startModel(options.task, content.mode),
        ...(editor && { settings: editor }),
        ...(mask && { mask }),
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
