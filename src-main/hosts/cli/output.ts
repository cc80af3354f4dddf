import { toLangevinError } from '../../errors.ts';
import { ProgressBar } from './progress-bar.ts';

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/**
 * What a command says: with `--json` one JSON object a line on stdout, otherwise sentences and a progress bar on
 * stderr; results that are the point of a command (tables, figures) go to stdout.
 */
export class Output {
  readonly #json: boolean;
  readonly #quiet: boolean;
  readonly #bar: ProgressBar;

  constructor({ json, quiet }: OutputOptions) {
    this.#json = json ?? false;
    this.#quiet = quiet ?? false;
    this.#bar = new ProgressBar(process.stderr, () => performance.now());
  }

  /** An object for scripts; nothing in the form for people. */
  record(object: object): void {
    if (this.#json) process.stdout.write(`${JSON.stringify(object)}\n`);
  }

  /** A sentence for people on stderr, and an object for scripts. */
  say(message: string, object?: object): void {
    if (this.#json) {
      if (object !== undefined) this.record(object);
      return;
    }
    this.#bar.clear();
    if (!this.#quiet) process.stderr.write(`${message}\n`);
  }

  /** The result of a command, on stdout in both forms. */
  result(text: string, object: object): void {
    this.#bar.clear();
    process.stdout.write(this.#json ? `${JSON.stringify(object)}\n` : `${text}\n`);
  }

  progress(fraction: number, etaMs: number, label: string, object: object): void {
    if (this.#json) this.record(object);
    else if (!this.#quiet) this.#bar.update(fraction, etaMs, label);
  }

  /** A failure: always on stderr, and as an object for scripts. */
  failure(error: unknown, context: object = {}): void {
    const { code, message } = toLangevinError(error);
    this.#bar.clear();
    this.record({ type: 'error', code, message, ...context });
    process.stderr.write(`langevin: ${message}\n`);
  }

  done(): void {
    this.#bar.clear();
  }
}
