import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';
import { KeptFile, readKeptFile } from '../app/kept-file.ts';

const stateSchema = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }),
  isMaximized: z.boolean(),
  isFullScreen: z.boolean().default(false),
  /** Of the interface, in Chromium's levels: a factor of 1.2 each. */
  zoom: z.number().min(-3).max(5).default(0),
});
export type WindowState = z.infer<typeof stateSchema>;

/** What of the title bar must be on a screen for people to reach it, pixels. */
const REACHABLE = 64;
/** A step of the interface's size, and its ends, in Chromium's levels. */
const ZOOM_STEP = 0.5;
const ZOOM_ENDS = [-3, 5] as const;

/** Size and place of the window and the size of what is in it, remembered between starts. */
export class WindowStateStore {
  readonly #path: string;
  readonly #file: KeptFile;
  #zoom = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  /** Undefined when there is none. On a screen that is smaller or gone, the place is another. */
  async read(): Promise<WindowState | undefined> {
    const state = await readKeptFile(this.#path, (bytes) =>
      stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
    );
    if (state === undefined) return undefined;
    this.#zoom = state.zoom;
    return { ...state, bounds: onScreen(state.bounds) };
  }

  /** Writes it whenever the window has come to rest. */
  follow(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined;
    const note = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.#write(window), 500);
    };
    for (const event of [
      'resize',
      'move',
      'maximize',
      'unmaximize',
      'enter-full-screen',
      'leave-full-screen',
    ] as const) {
      window.on(event as 'resize', note);
    }
    window.on('close', () => {
      clearTimeout(timer);
      void this.#write(window);
    });
    // Chromium forgets it with each load.
    window.webContents.on('did-finish-load', () => window.webContents.setZoomLevel(this.#zoom));
  }

  /** Makes what is in the window larger or smaller. @param steps  0: as usual. */
  zoom(window: BrowserWindow, steps: -1 | 0 | 1): void {
    const [least, most] = ZOOM_ENDS;
    this.#zoom = steps === 0 ? 0 : Math.min(most, Math.max(least, this.#zoom + steps * ZOOM_STEP));
    window.webContents.setZoomLevel(this.#zoom);
    void this.#write(window);
  }

  async #write(window: BrowserWindow): Promise<void> {
    if (window.isDestroyed()) return;
    const state: WindowState = {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
      zoom: this.#zoom,
    };
    // A window that opens in its usual place is no trouble worth a message.
    await this.#file.write(new TextEncoder().encode(JSON.stringify(state))).catch(() => undefined);
  }
}

/** Where a window of these bounds can be reached and is not larger than its screen. */
function onScreen(bounds: Rectangle): Rectangle {
  const { workArea } = isReachable(bounds) ? screen.getDisplayMatching(bounds) : screen.getPrimaryDisplay();
  const width = Math.min(bounds.width, workArea.width);
  const height = Math.min(bounds.height, workArea.height);
  if (isReachable(bounds)) return { x: bounds.x, y: bounds.y, width, height };
  return {
    x: workArea.x + Math.floor((workArea.width - width) / 2),
    y: workArea.y + Math.floor((workArea.height - height) / 2),
    ...{ width, height },
  };
}

function isReachable({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return across >= REACHABLE && y >= workArea.y && y <= workArea.y + workArea.height - REACHABLE;
  });
}
