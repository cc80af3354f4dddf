import { LangevinError } from '../../errors.ts';
import type { Outlet } from './protocol.ts';

export interface JobContext {
  /** Aborted by a soft cancel; check it between steps. */
  readonly signal: AbortSignal;
  /** Offers a preview: delivered when the host is ready for one, unless a newer one comes first. */
  readonly emit: (preview: unknown) => void;
  /** Where what is large goes without passing the host; absent: into the result. */
  readonly outlet?: Outlet | undefined;
}

/**
 * One kind of work. The payload comes from another process: validate it. Yielded events reach the host in order; the
 * returned value ends the job. Thrown LangevinErrors travel with their code and message.
 */
export type JobHandler = (payload: unknown, context: JobContext) => AsyncGenerator<unknown, unknown>;

/** The kinds of jobs an engine can do; hosts of different abilities register different ones. */
export class JobRegistry {
  readonly #handlers = new Map<string, JobHandler>();

  /** @throws invalid-argument when the kind is taken. */
  register(kind: string, handler: JobHandler): void {
    if (this.#handlers.has(kind)) {
      throw new LangevinError('invalid-argument', `Two handlers were registered for jobs of the kind "${kind}".`);
    }
    this.#handlers.set(kind, handler);
  }

  /** @throws invalid-argument for an unknown kind, naming the known ones. */
  handler(kind: string): JobHandler {
    const handler = this.#handlers.get(kind);
    if (handler !== undefined) return handler;
    const known = [...this.#handlers.keys()].join(', ');
    throw new LangevinError('invalid-argument', `The engine knows no job "${kind}"; it knows ${known}.`);
  }
}
