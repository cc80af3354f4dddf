import { toLangevinError } from '../../errors.ts';

/** What the process tells its caller; scripts depend on these. */
export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;

/** The exit code for a failure: cancelled, bad usage, or a failed input. */
export function exitCodeOf(error: unknown): number {
  switch (toLangevinError(error).code) {
    case 'cancelled':
      return EXIT.cancelled;
    case 'invalid-argument':
    case 'unsupported-combination':
    case 'settings-differ':
    case 'model-not-found':
      return EXIT.usage;
    default:
      return EXIT.failed;
  }
}
