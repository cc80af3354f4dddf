import { app } from 'electron';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { START_VIEWS, type StartView } from './jump-list.ts';

/** What a start of the program asks for. */
const startSchema = z.strictObject({ paths: z.array(z.string()), view: z.enum(START_VIEWS).optional() });
export type Start = z.infer<typeof startSchema>;

/** What files the system asks the program to open; they wait until the page listens. */
export class OpenedFiles {
  readonly #open: (paths: readonly string[]) => void;
  #waiting: string[] = [];
  #isReady = false;

  /** @param open  shows files in the page. */
  constructor(open: (paths: readonly string[]) => void) {
    this.#open = open;
  }

  /**
   * @param toFront  brings the window to the front, or opens one.
   * @param onView  a start asks for a view.
   */
  listen(toFront: () => void, onView: (view: StartView) => void): void {
    const take = ({ paths, view }: Start): void => {
      this.add(paths);
      if (view !== undefined) onView(view);
    };
    take(ownStart());
    // macOS
    app.on('open-file', (event, path) => {
      event.preventDefault();
      toFront();
      this.add([path]);
    });
    app.on('second-instance', (_event, argv, workingDirectory, sent) => {
      toFront();
      // Its own account of itself; Chromium may add to its arguments, and change their order.
      const start = startSchema.safeParse(sent);
      take(start.success ? start.data : startOf(argv, workingDirectory, app.isPackaged));
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

/** What this program was started with; a second one sends it to the first. */
export function ownStart(): Start {
  return startOf(process.argv, process.cwd(), app.isPackaged);
}

/**
 * The files and the view of a command line, relative paths by its folder; before packaging the first argument is the app
 * itself.
 */
export function startOf(argv: readonly string[], workingDirectory: string, isPackaged: boolean): Start {
  const given = argv.slice(isPackaged ? 1 : 2);
  const end = given.indexOf('--');
  const options = end < 0 ? given : given.slice(0, end);
  const names = [...options.filter((argument) => !argument.startsWith('-')), ...(end < 0 ? [] : given.slice(end + 1))];
  const paths = names
    .filter((argument) => argument !== '')
    .map((argument) => resolve(workingDirectory, plain(argument)));
  const named = options.find((argument) => argument.startsWith('--view='))?.slice('--view='.length);
  const view = START_VIEWS.find((name) => name === named);
  return view === undefined ? { paths } : { paths, view };
}

/** File managers on Linux name files by `file:` URLs. One that names no file of this machine is told of as it is. */
function plain(argument: string): string {
  if (!/^file:/i.test(argument)) return argument;
  try {
    return fileURLToPath(argument);
  } catch {
    return argument;
  }
}
