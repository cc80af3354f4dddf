/** Every kind of failure a user or a script can meet; stable, because scripts match on it. */
export type ErrorCode =
  | 'invalid-argument'
  | 'invalid-shape'
  | 'invalid-manifest'
  | 'model-not-found'
  | 'model-corrupt'
  | 'unsupported-operator'
  | 'unsupported-combination'
  | 'provider-unavailable'
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'not-a-picture'
  | 'picture-damaged'
  | 'picture-too-large'
  | 'unsupported-format'
  | 'mask-size'
  | 'mask-missing'
  | 'nothing-to-do'
  | 'output-exists'
  | 'name-collision'
  | 'output-locked'
  | 'settings-differ'
  | 'disk-full'
  | 'time-limit'
  | 'memory-limit'
  | 'cancelled'
  | 'engine-crashed'
  | 'connection-lost'
  | 'internal';

/**
 * The one error class of the program: `code` for programs, `message` for people. The message says what was wrong,
 * with which value, and what to do; hosts print it without a stack trace.
 */
export class LangevinError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LangevinError';
    this.code = code;
  }
}

/** An `invalid-argument` error that names the argument, what was expected and what came. */
export function invalidArgument(name: string, expected: string, actual: unknown): LangevinError {
  return new LangevinError('invalid-argument', `Expected ${expected} for ${name} but received ${describe(actual)}.`);
}

/** Turns anything thrown into a LangevinError, keeping one that already is. */
export function toLangevinError(thrown: unknown): LangevinError {
  if (thrown instanceof LangevinError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new LangevinError('cancelled', 'Cancelled.', { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LangevinError('internal', message, { cause: thrown });
}

/** Throws `cancelled` once `signal` is aborted; called between steps. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LangevinError('cancelled', 'Cancelled.');
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) {
    return String(value);
  }
  return Array.isArray(value) ? `[${value.map(describe).join(', ')}]` : Object.prototype.toString.call(value);
}
