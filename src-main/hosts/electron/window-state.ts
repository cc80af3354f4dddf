import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';
import { KeptFile, readKeptFile } from '../app/kept-file.ts';

const stateSchema = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** What of the title bar must be on a screen for people to reach it, pixels. */
const REACHABLE = 64;

/** Size and place of the window, remembered between starts. */
export class WindowStateStore {
  readonly #path: string;
  readonly #file: KeptFile;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  /** Undefined when there is none, or when it lies on a screen that is gone. */
  async read(): Promise<WindowState | undefined> {
    const state = await readKeptFile(this.#path, (bytes) =>
      stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
    );
    return state !== undefined && isReachable(state.bounds) ? state : undefined;
  }

  /** Writes it whenever the window has come to rest. */
  follow(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined;
    const note = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.#write(window), 500);
    };
    window.on('resize', note);
    window.on('move', note);
    window.on('maximize', note);
    window.on('unmaximize', note);
    window.on('close', () => {
      clearTimeout(timer);
      void this.#write(window);
    });
  }

  async #write(window: BrowserWindow): Promise<void> {
    if (window.isDestroyed()) return;
    const state: WindowState = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    // A window that opens in its usual place is no trouble worth a message.
    await this.#file.write(new TextEncoder().encode(JSON.stringify(state))).catch(() => undefined);
  }
}

function isReachable({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return across >= REACHABLE && y >= workArea.y && y <= workArea.y + workArea.height - REACHABLE;
  });
}
