import { getContext, setContext } from 'svelte';
import type { AppClient, Connection } from '../../src-main/contract/app/client.ts';
import type { AppResult, HostInfo, ModelInfo } from '../../src-main/contract/app/replies.ts';
import {
  defaultAppSettings,
  usualLayout,
  type AppSettings,
  type AppSettingsPatch,
} from '../../src-main/contract/app/settings.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { useLanguage } from '../i18n/translate.svelte.ts';
import type { CanvasMenu } from './canvas-menu.ts';
import { OpenPictures } from './open-pictures.svelte.ts';
import { RunQueueModel } from './run-queue.svelte.ts';
import { renamePage, sessionRequest } from './session-holding.ts';
import type { Question } from './question.ts';

export const VIEWS = ['restore', 'scan', 'batch', 'lab', 'learn'] as const;
export type View = (typeof VIEWS)[number];

export type Dialog = 'palette' | 'shortcuts' | 'settings' | 'models' | 'about';

/** Something to tell people, shown at the foot of the window until dismissed. */
export interface Notice {
  readonly id: number;
  readonly kind: 'information' | 'problem';
  readonly message: string;
  /** Something to do about it, as a button. */
  readonly offer?: Offer;
}

/** A button in a notice. */
export interface Offer {
  readonly label: string;
  readonly perform: () => void;
}

/** What all views share: the host, the settings, which view is in front, and notices. */
export class AppState {
  readonly client: AppClient;
  readonly pictures: OpenPictures;
  readonly queue: RunQueueModel;
  host: HostInfo | undefined = $state.raw();
  models: readonly ModelInfo[] = $state.raw([]);
  settings: AppSettings = $state.raw(defaultAppSettings);
  view: View = $state('restore');
  /** What lies over the window. */
  dialog: Dialog | undefined = $state();
  question: Question | undefined = $state.raw();
  /** The menu that lies over a canvas. */
  menu: CanvasMenu | undefined = $state.raw();
  /** Only the picture is shown; what lies around it is hidden until people ask for it again. */
  isBare = $state(false);
  /** In a narrow window the panel lies over the picture, and is not there until people ask for it. */
  isDrawerOpen = $state(false);
  /** Whether people are shown round. */
  isTouring = $state(false);
  isLoading = $state(false);
  /** Ends when settings and session have come; absent before. */
  loading: Promise<void> | undefined;
  /** Ends when the models have come, which takes longer than all else; absent before. */
  loadingModels: Promise<unknown> | undefined;
  connection: Connection = $state('open');
  /** Whether another tab or window edits what is open. */
  isElsewhere = $state(false);
  notices: readonly Notice[] = $state.raw([]);
  /** The last thing that screen readers were told without being shown it. */
  announcement = $state('');
  #noticeId = 0;

  constructor(client: AppClient) {
    this.client = client;
    this.pictures = new OpenPictures(this);
    this.queue = new RunQueueModel(client);
    client.onConnection((state) => {
      const isBack = state === 'open' && this.connection !== 'open';
      this.connection = state;
      if (isBack) void this.attempt(() => this.#holdAgain());
    });
  }

  /** Asks the host who it is and what is remembered, and opens what was open. */
  load(): Promise<void> {
    return (this.loading = this.#load());
  }

  /** Asks for everything at once: an answer takes longer to come and go than to be made. */
  async #load(): Promise<void> {
    this.isLoading = true;
    const about = this.attempt(() => Promise.all([this.client.call('hello', {}), this.client.call('settings', {})]));
    const session = this.attempt(() => this.client.call('session', sessionRequest(sessionStorage)));
    // A broken model should keep nobody from the pictures, and nobody waits for them who opens none.
    this.loadingModels = this.attempt(async () => (this.models = await this.client.call('models', {})));
    const [host, settings] = (await about) ?? [];
    this.host = host ?? this.host;
    if (settings !== undefined) this.#use(settings);
    await this.#useSession(await session);
    await this.queue.load();
    this.isLoading = false;
  }

  async #useSession(session: AppResult<'session'> | undefined): Promise<void> {
    if (session === undefined) return;
    this.isElsewhere = session.isElsewhere === true;
    if (this.isElsewhere) renamePage(sessionStorage);
    else await this.attempt(() => this.pictures.restore(session));
  }

  /** Leaves the session to another page, which goes on with what is open here. */
  async leave(page: string): Promise<void> {
    if (this.pictures.isRestored) {
      await this.attempt(() => this.client.call('saveSession', this.pictures.toSession()));
    }
    this.isElsewhere = true;
    await this.attempt(() => this.client.call('leaveSession', { page }));
  }

  /** The host is there again: it may be another one, which does not know who holds the session. */
  async #holdAgain(): Promise<void> {
    if (this.isElsewhere || !this.pictures.isRestored) return;
    const { isElsewhere } = await this.client.call('session', sessionRequest(sessionStorage));
    this.isElsewhere = isElsewhere === true;
  }

  /** Remembers settings; they apply at once, before the host has stored them. */
  async changeSettings(patch: AppSettingsPatch): Promise<void> {
    this.#use({ ...this.settings, ...patch } as AppSettings);
    await this.attempt(async () => this.#use(await this.client.call('changeSettings', patch)));
  }

  /** How the window is laid out. */
  get layout(): NonNullable<AppSettings['layout']> {
    return this.settings.layout ?? usualLayout;
  }

  changeLayout(patch: Partial<NonNullable<AppSettings['layout']>>): void {
    void this.changeSettings({ layout: { ...this.layout, ...patch } });
  }

  /** How the healing brush is set. */
  get healSettings(): NonNullable<AppSettings['heal']> {
    return this.settings.heal ?? { fill: 'auto', refine: true };
  }

  /** For screen readers only; what everybody should see goes to `tell`. */
  announce(message: string): void {
    // The same words again have to differ, or they are not read again.
    this.announcement = this.announcement === message ? `${message}\u00a0` : message;
  }

  /** @returns the notice's id, for `dismiss`. */
  tell(message: string, kind: Notice['kind'] = 'information', offer?: Offer): number {
    const id = ++this.#noticeId;
    this.notices = [...this.notices, { id, kind, message, ...(offer && { offer }) }];
    return id;
  }

  dismissAll(): void {
    this.notices = [];
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** Does something that may fail, and tells people when it does; undefined then. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code !== 'cancelled') this.tell(message, 'problem');
      return undefined;
    }
  }

  #use(settings: AppSettings): void {
    this.settings = settings;
    useLanguage(settings.language);
    const root = document.documentElement;
    if (settings.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = settings.theme;
    if (settings.reducedMotion === 'always') root.dataset['motion'] = 'reduced';
    else delete root.dataset['motion'];
  }
}

const KEY = Symbol('app');

export function provideApp(state: AppState): AppState {
  return setContext(KEY, state);
}

export function useApp(): AppState {
  return getContext<AppState>(KEY);
}
