import { resolve } from 'node:path';
import { app } from 'electron';

/**
 * Files that the system gives the app: at its start, by a second start, by "open with" and drops on the icon. They wait
 * until there is a page that listens.
 */
export class OpenedFiles {
  readonly #open: (paths: readonly string[]) => void;
  #waiting: string[] = [];
  #isReady = false;

  /** @param open  shows files in the page. */
  constructor(open: (paths: readonly string[]) => void) {
    this.#open = open;
  }

  /** @param toFront  brings the window to the front, or opens one. */
  listen(toFront: () => void): void {
    this.add(pathsOf(process.argv, process.cwd(), app.isPackaged));
    // macOS
    app.on('open-file', (event, path) => {
      event.preventDefault();
      toFront();
      this.add([path]);
    });
    app.on('second-instance', (_event, argv, workingDirectory) => {
      toFront();
      this.add(pathsOf(argv, workingDirectory, app.isPackaged));
    });
  }

  add(paths: readonly string[]): void {
    if (paths.length === 0) return;
    if (this.#isReady) this.#open(paths);
    else this.#waiting.push(...paths);
  }

  /** The page is gone; what comes now waits for the next one. */
  wait(): void {
    this.#isReady = false;
  }

  /** A page listens. */
  ready(): void {
    this.#isReady = true;
    const paths = this.#waiting;
    this.#waiting = [];
    this.add(paths);
  }
}

/** The files of a command line; before packaging the first argument is the app itself. */
export function pathsOf(argv: readonly string[], workingDirectory: string, isPackaged: boolean): string[] {
  return argv
    .slice(isPackaged ? 1 : 2)
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .map((argument) => resolve(workingDirectory, argument));
}
