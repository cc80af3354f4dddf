import { BrowserWindow, type Session } from 'electron';
import { backgroundColor, followTheme } from './appearance.ts';
import { APP_PAGE } from './origin.ts';
import type { WindowState } from './window-state.ts';

export interface AppWindowOptions {
  readonly preload: string;
  readonly session: Session;
  readonly state: WindowState | undefined;
  /** The page has died so often that it is not loaded again. */
  readonly onLost: (window: BrowserWindow) => void;
}

/** A page that dies so often within a minute would die again. */
const MOST_RELOADS = 3;

/** The window of the app: a sandboxed page without Node.js, which sees of this side what the preload names. */
export function createAppWindow({ preload, session, state, onLost }: AppWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...(state?.bounds ?? { width: 1280, height: 860 }),
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'Langevin',
    // Until the page has drawn itself.
    backgroundColor: backgroundColor(),
    webPreferences: {
      preload,
      session,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    // To maximize a window shows it: not before there is something to see.
    if (state?.isMaximized) window.maximize();
    else window.show();
    if (state?.isFullScreen) window.setFullScreen(true);
  });
  window.once('closed', followTheme(window));
  reloadAfterCrash(window, onLost);
  return window;
}

export function loadApp(window: BrowserWindow): Promise<void> {
  return window.loadURL(APP_PAGE);
}

/** The session brings pictures and masks back, and runs go on in their own process. */
function reloadAfterCrash(window: BrowserWindow, onLost: AppWindowOptions['onLost']): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((time) => now - time < 60_000), now];
    if (crashes.length <= MOST_RELOADS) window.webContents.reload();
    else if (crashes.length === MOST_RELOADS + 1) onLost(window);
  });
}
