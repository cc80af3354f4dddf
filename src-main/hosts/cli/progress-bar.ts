/** Where the bar is drawn; `process.stderr` in the program. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/**
 * Progress with remaining time: one line redrawn on a terminal, a line every ten seconds where the output is a file.
 */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #last = -Infinity;
  #drawn = false;

  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** @param fraction 0…1. */
  update(fraction: number, etaMs: number, label: string): void {
    const now = this.#now();
    if (now - this.#last < (this.#terminal.isTTY ? REDRAW_MS : PLAIN_MS) && fraction < 1) return;
    this.#last = now;
    const percent = `${Math.floor(fraction * 100)}`.padStart(3);
    const rest = `${percent} %  ${formatDuration(etaMs)} left  ${label}`;
    if (!this.#terminal.isTTY) {
      this.#terminal.write(`${rest}\n`);
      return;
    }
    const width = Math.max(10, Math.min(30, (this.#terminal.columns ?? 80) - rest.length - 4));
    const filled = Math.round(fraction * width);
    this.#terminal.write(`\r\x1b[2K[${'█'.repeat(filled)}${'·'.repeat(width - filled)}] ${rest}`);
    this.#drawn = true;
  }

  /** Removes the bar, so that other output starts on a clean line. */
  clear(): void {
    if (this.#drawn) this.#terminal.write('\r\x1b[2K');
    this.#drawn = false;
  }
}

/** 75 000 → "1:15", 3 600 000 → "1:00:00". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (n: number): string => `${n}`.padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
