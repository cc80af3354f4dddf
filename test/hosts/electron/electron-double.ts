/**
 * Stands for the module `electron` in tests, as far as the host uses it: with its events, its structured clones, its
 * refusal to register a handler twice, and utility processes that are child processes with a `process.parentPort`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

const SHIM = fileURLToPath(new URL('../../fixtures/electron/parent-port.js', import.meta.url));

// ---- app

class App extends EventEmitter {
  paths: Record<string, string> = {};
  appPath = '';
  isPackaged = false;
  isFirst = true;
  isSandboxed = false;
  locale = 'en-GB';
  quits = 0;
  readonly recentDocuments: string[] = [];
  appUserModelId = '';
  badge = 0;
  jumpList: unknown[] = [];
  /** What a second start would send to the first. */
  sentToFirst: unknown;

  enableSandbox(): void {
    this.isSandboxed = true;
  }
  requestSingleInstanceLock(additionalData?: unknown): boolean {
    this.sentToFirst = structuredClone(additionalData);
    return this.isFirst;
  }
  setAppUserModelId(id: string): void {
    this.appUserModelId = id;
  }
  setBadgeCount(count = 0): boolean {
    this.badge = count;
    return true;
  }
  setJumpList(categories: unknown[]): string {
    this.jumpList = categories;
    return 'ok';
  }
  clearRecentDocuments(): void {
    this.recentDocuments.length = 0;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  getPath(name: string): string {
    return this.paths[name];
  }
  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`);
    this.paths[name] = path;
  }
  getAppPath(): string {
    return this.appPath;
  }
  getVersion(): string {
    return '9.9.9';
  }
  getLocale(): string {
    return this.locale;
  }
  addRecentDocument(path: string): void {
    this.recentDocuments.push(path);
  }
  /** As the real one: everybody may refuse, first the app, then each window, then the app again. */
  quit(): void {
    if (!this.#ask('before-quit')) return;
    this.isQuitting = true;
    for (const window of BrowserWindow.getAllWindows()) {
      window.close();
      if (window.isDestroyed()) continue;
      this.isQuitting = false;
      return;
    }
    if (this.#ask('will-quit')) {
      this.emit('quit', {}, 0);
      this.quits++;
    }
    this.isQuitting = false;
  }
  /** Windows that close now do not make it quit once more. */
  isQuitting = false;
  isReady(): boolean {
    return true;
  }
  #ask(event: string): boolean {
    let isRefused = false;
    this.emit(event, { preventDefault: () => (isRefused = true) });
    return !isRefused;
  }
  exit(code: number): never {
    throw new Error(`app.exit(${code})`);
  }
}
export const app = new App();

// ---- sessions and schemes

type Handler = (request: Request) => Promise<Response>;

export class SessionDouble {
  readonly handlers = new Map<string, Handler>();
  permissionRequest: ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void) | undefined;
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;
  readonly protocol = {
    handle: (scheme: string, handler: Handler): void => {
      if (this.handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
      this.handlers.set(scheme, handler);
    },
  };
  setPermissionRequestHandler(handler: SessionDouble['permissionRequest']): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: SessionDouble['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: SessionDouble['devicePermission']): void {
    this.devicePermission = handler;
  }
}
export const session = { defaultSession: new SessionDouble() };

export const protocol = {
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    protocol.schemes.push(...schemes);
  },
};

// ---- windows

export interface FrameDouble {
  url: string;
}

export class WebContentsDouble extends EventEmitter {
  mainFrame: FrameDouble = { url: '' };
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  reloads = 0;
  crashes = 0;
  /** Channels of messages that came too late. */
  readonly lost: string[] = [];
  #isDestroyed = false;

  send(channel: string, ...args: unknown[]): void {
    // The real one logs an error.
    if (this.#isDestroyed) return void this.lost.push(channel);
    ipcRenderer.emit(channel, { ports: [] }, ...args.map(cloned));
  }
  postMessage(channel: string, message: unknown, ports: MessagePortMainDouble[]): void {
    ipcRenderer.emit(channel, { ports: ports.map((port) => port.send()) }, structuredClone(message));
  }
  getURL(): string {
    return this.mainFrame.url;
  }
  setWindowOpenHandler(handler: WebContentsDouble['openHandler']): void {
    this.openHandler = handler;
  }
  reload(): void {
    this.reloads++;
  }
  forcefullyCrashRenderer(): void {
    this.crashes++;
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  }
  zoomLevel = 0;
  readonly drags: { file: string; icon: NativeImageDouble }[] = [];
  setZoomLevel(level: number): void {
    this.zoomLevel = level;
  }
  openDevTools(): void {
    this.emit('devtools-opened');
  }
  /** The real one throws where there is no picture to drag. */
  startDrag(item: { file: string; icon: NativeImageDouble }): void {
    if (item.icon.isEmpty()) throw new Error("Must specify non-empty 'icon' option");
    this.drags.push(item);
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  destroy(): void {
    this.#isDestroyed = true;
    this.emit('destroyed');
  }
}

interface NativeImageDouble {
  readonly bytes: Uint8Array;
  isEmpty(): boolean;
}
export const nativeImage = {
  createFromBuffer: (bytes: Uint8Array): NativeImageDouble => ({
    bytes,
    isEmpty: () => bytes[0] !== 0x89,
  }),
};

interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly webPreferences: Record<string, unknown>;
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new WebContentsDouble();
  readonly options: WindowOptions;
  readonly progress: number[] = [];
  progressMode: string | undefined;
  isFullScreenNow = false;
  isHidden = false;
  isFlashing = false;
  isEdited = false;
  representedFilename = '';
  backgroundColor = '';
  isShown = false;
  isMinimizedNow = false;
  isMaximizedNow = false;
  hasFocus = true;
  #isDestroyed = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame = { url };
    this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
  }
  show(): void {
    this.isShown = true;
    this.isHidden = false;
  }
  hide(): void {
    this.isHidden = true;
    this.isShown = false;
  }
  focus(): void {
    this.hasFocus = true;
    this.emit('focus');
  }
  setFullScreen(flag: boolean): void {
    this.isFullScreenNow = flag;
  }
  isFullScreen(): boolean {
    return this.isFullScreenNow;
  }
  flashFrame(flag: boolean): void {
    this.isFlashing = flag;
  }
  setDocumentEdited(edited: boolean): void {
    this.isEdited = edited;
  }
  setRepresentedFilename(path: string): void {
    this.representedFilename = path;
  }
  setBackgroundColor(color: string): void {
    this.backgroundColor = color;
  }
  isFocused(): boolean {
    return this.hasFocus;
  }
  restore(): void {
    this.isMinimizedNow = false;
  }
  isMinimized(): boolean {
    return this.isMinimizedNow;
  }
  maximize(): void {
    this.isMaximizedNow = true;
    this.isShown = true;
  }
  isMaximized(): boolean {
    return this.isMaximizedNow;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    const { x = 10, y = 20, width, height } = this.options;
    return { x, y, width, height };
  }
  setProgressBar(fraction: number, options: { mode?: string } = {}): void {
    this.progress.push(fraction);
    this.progressMode = options.mode;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  /** The window may refuse; the last one that goes says so, unless the app is quitting. */
  close(): void {
    let isRefused = false;
    this.emit('close', { preventDefault: () => (isRefused = true) });
    if (!isRefused) this.destroy();
  }
  destroy(): void {
    if (this.#isDestroyed) return;
    this.webContents.destroy();
    this.#isDestroyed = true;
    this.emit('closed');
    if (BrowserWindow.getAllWindows().length === 0 && !app.isQuitting) app.emit('window-all-closed');
  }
  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.all.filter((window) => !window.isDestroyed());
  }
}

export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  getAllDisplays: () => screen.displays,
  getPrimaryDisplay: () => screen.displays[0],
  /** The display that has the most of it. */
  getDisplayMatching: (rect: Rect) =>
    [...screen.displays].sort((a, b) => common(b.workArea, rect) - common(a.workArea, rect))[0],
};

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
function common(a: Rect, b: Rect): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, across) * Math.max(0, down);
}

class NativeTheme extends EventEmitter {
  shouldUseDarkColors = false;
  #source: 'system' | 'light' | 'dark' = 'system';
  get themeSource(): 'system' | 'light' | 'dark' {
    return this.#source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    this.#source = source;
    if (source !== 'system') this.shouldUseDarkColors = source === 'dark';
    this.emit('updated');
  }
}
export const nativeTheme = new NativeTheme();

export const powerMonitor = new EventEmitter();

export const powerSaveBlocker = {
  running: new Set<number>(),
  started: 0,
  start(type: string): number {
    if (type !== 'prevent-app-suspension' && type !== 'prevent-display-sleep') throw new TypeError(type);
    powerSaveBlocker.running.add(++powerSaveBlocker.started);
    return powerSaveBlocker.started;
  },
  stop: (id: number): boolean => powerSaveBlocker.running.delete(id),
};

// ---- messages

interface InvokeEvent {
  readonly sender: unknown;
  readonly senderFrame: FrameDouble | null;
}
type Listener = (event: InvokeEvent, ...args: unknown[]) => Promise<unknown>;

export const ipcMain = {
  handlers: new Map<string, Listener>(),
  handle(channel: string, listener: Listener): void {
    if (ipcMain.handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    ipcMain.handlers.set(channel, listener);
  },
  removeHandler(channel: string): void {
    ipcMain.handlers.delete(channel);
  },
  /** What a renderer's `invoke` does. */
  async invoke(event: InvokeEvent, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = ipcMain.handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return cloned(await handler(event, ...args.map(cloned)));
  },
};

class IpcRenderer extends EventEmitter {
  /** Whose page this is. */
  contents: WebContentsDouble | undefined;

  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const sender = this.contents!;
    return ipcMain.invoke({ sender, senderFrame: sender.mainFrame }, channel, ...args);
  }
}
export const ipcRenderer = new IpcRenderer();

export const contextBridge = {
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld(key: string, api: unknown): void {
    contextBridge.exposed[key] = bridged(api);
  },
};

/**
 * What crosses the bridge: functions as functions that copy what goes through them, everything else as a copy without
 * prototypes; errors keep their message only. (Files of pages pass as they are.)
 */
function bridged(value: unknown): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => {
      const result: unknown = (value as (...given: unknown[]) => unknown)(...args.map(bridged));
      return result instanceof Promise ? result.then(bridged, failBridged) : bridged(result);
    };
  }
  if (value instanceof Error) return new Error(value.message);
  if (value === null || typeof value !== 'object' || webUtils.paths.has(value)) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  if (Array.isArray(value)) return value.map(bridged);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, bridged(part)]));
}

function failBridged(error: unknown): never {
  throw bridged(error);
}

export const webUtils = {
  paths: new Map<unknown, string>(),
  getPathForFile: (file: unknown): string => webUtils.paths.get(file) ?? '',
};

class MessagePortMainDouble {
  readonly port: MessagePort;
  /** Of a port that has been sent elsewhere nothing is left here. */
  isSent = false;
  constructor(port: MessagePort) {
    this.port = port;
  }
  postMessage(message: unknown): void {
    this.port.postMessage(cloned(message));
  }
  close(): void {
    if (!this.isSent) this.port.close();
  }
  /** @throws as the real one, for a port that has been sent already */
  send(): MessagePort {
    if (this.isSent) throw new Error('Port at index 0 is already neutered');
    this.isSent = true;
    return this.port;
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMainDouble;
  readonly port2: MessagePortMainDouble;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMainDouble(port1);
    this.port2 = new MessagePortMainDouble(port2);
  }
}

// ---- the system

export interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly registerAccelerator?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}
/** Roles of lib/browser/api/menu-item-roles.ts, in lower case. */
const ROLES = new Set(
  `undo redo cut copy paste pasteandmatchstyle delete selectall reload forcereload toggledevtools resetzoom zoomin zoomout
  togglespellchecker togglefullscreen window minimize close help about services hide hideothers unhide quit
  showsubstitutions togglesmartquotes togglesmartdashes toggletextreplacement startspeaking stopspeaking front zoom
  togglefullscreen appmenu filemenu editmenu viewmenu sharemenu recentdocuments clearrecentdocuments windowmenu`.split(
    /\s+/,
  ),
);
const ACCELERATOR =
  /^((Command|Cmd|Control|Ctrl|CommandOrControl|CmdOrCtrl|Alt|Option|AltGr|Shift|Super|Meta)\+)*(F([1-9]|1\d|2[0-4])|Plus|Space|Tab|Capslock|Backspace|Delete|Insert|Return|Enter|Up|Down|Left|Right|Home|End|PageUp|PageDown|Escape|Esc|PrintScreen|numadd|numsub|num\d|[^\s+])$/i;

/** What the real one refuses, or takes with a warning and then ignores. */
function checkItem({ label, role, type, accelerator, submenu }: MenuItem): void {
  if (role !== undefined && !ROLES.has(role.toLowerCase())) throw new Error(`There is no role ${role}.`);
  if (label === undefined && role === undefined && type !== 'separator')
    throw new TypeError('Invalid template for MenuItem');
  if (accelerator !== undefined && !ACCELERATOR.test(accelerator)) throw new Error(`No accelerator: ${accelerator}`);
  submenu?.forEach(checkItem);
}

export const Menu = {
  current: [] as readonly MenuItem[],
  buildFromTemplate(template: readonly MenuItem[]): readonly MenuItem[] & { popup: () => void } {
    template.forEach(checkItem);
    return Object.assign([...template], { popup: () => void Menu.popups.push(template) });
  },
  setApplicationMenu: (menu: readonly MenuItem[]) => void (Menu.current = menu),
  popups: [] as (readonly MenuItem[])[],
};

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static isSupported = (): boolean => true;
  readonly options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }
  show(): void {
    Notification.shown.push(this);
  }
}

export const dialog = {
  /** What people choose next. */
  opened: [] as string[],
  /** Where the last dialog for files began, and what it offered. */
  lastOpened: undefined as { defaultPath?: string; filters?: { name: string }[] } | undefined,
  saved: '' as string,
  suggested: undefined as string | undefined,
  errors: [] as string[],
  showOpenDialog: async (...args: unknown[]) => {
    dialog.lastOpened = args.at(-1) as typeof dialog.lastOpened;
    return { canceled: dialog.opened.length === 0, filePaths: dialog.opened };
  },
  showSaveDialog: async (_window: unknown, options: { defaultPath?: string }) => {
    dialog.suggested = options.defaultPath;
    return { canceled: dialog.saved === '', filePath: dialog.saved };
  },
  /** Buttons that people press next, by their number; the first when there is none. */
  answers: [] as number[],
  asked: [] as { message: string; buttons?: string[]; detail?: string }[],
  showMessageBox: async (...args: unknown[]) => {
    dialog.asked.push(args.at(-1) as (typeof dialog.asked)[number]);
    return { response: dialog.answers.shift() ?? 0, checkboxChecked: false };
  },
  showErrorBox: (_title: string, message: string) => void dialog.errors.push(message),
};

export const clipboard = {
  text: '',
  writeText: (text: string) => void (clipboard.text = text),
};

export const shell = {
  shown: [] as string[],
  showItemInFolder: (path: string) => void shell.shown.push(path),
};

// ---- utility processes

/** As V8's serializer in Electron: whole buffers are copied, and shared memory is refused. */
function cloned<T>(value: T): T {
  refuseShared(value, 0);
  return structuredClone(value);
}

function refuseShared(value: unknown, depth: number): void {
  if (value === null || typeof value !== 'object' || depth > 20) return;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer instanceof SharedArrayBuffer) throw new Error('An object could not be cloned.');
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return;
  for (const part of Object.values(value)) refuseShared(part, depth + 1);
}

export class UtilityProcessDouble extends EventEmitter {
  readonly serviceName: string | undefined;
  readonly #child: ChildProcess;
  readonly #ports: MessagePort[] = [];
  pid: number | undefined;

  constructor(path: string, args: readonly string[], serviceName: string | undefined) {
    super();
    this.serviceName = serviceName;
    this.#child = fork(path, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', SHIM],
    });
    // As in Electron, the pid is there from the event on, and gone after the exit.
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.on('message', (message) => {
      const { portDouble, data } = message as { portDouble?: number; data?: unknown };
      if (portDouble === undefined) this.emit('message', message);
      else this.#ports[portDouble].postMessage(data);
    });
    // Before its streams have come to their end.
    this.#child.on('exit', (code, signal) => {
      this.pid = undefined;
      // POSIX: a process ended by a signal has its number as code.
      this.emit('exit', code ?? (signal === null ? 0 : constants.signals[signal]));
    });
  }
  get stdout(): Readable | null {
    return this.#child.stdout;
  }
  get stderr(): Readable | null {
    return this.#child.stderr;
  }
  /** Ports cannot go to a process of Node.js: what goes through them is sent with their number. */
  postMessage(message: unknown, transfer: readonly MessagePortMainDouble[] = []): void {
    const data = cloned(message);
    const portDoubles = transfer.map((port) => this.#ports.push(port.send()) - 1);
    if (this.#child.connected) this.#child.send({ portDoubles, data }, () => undefined);
  }
  /** Asks politely, as the real one does. */
  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  started: [] as UtilityProcessDouble[],
  fork(path: string, args: readonly string[] = [], options: { serviceName?: string } = {}): UtilityProcessDouble {
    const child = new UtilityProcessDouble(path, args, options.serviceName);
    utilityProcess.started.push(child);
    return child;
  },
};
