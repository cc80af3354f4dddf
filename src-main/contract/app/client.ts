import type { AppCall, AppRequest } from './calls.ts';
import type { AppEvent } from './events.ts';
import type { AppResult } from './replies.ts';
import type { FileInfo } from './values.ts';

/**
 * Whether the host can be reached. `lost`: nobody answers, because the program has ended. `refused`: it answers, and does
 * not know this page, because it is another program or has another session.
 */
export type Connection = 'open' | 'lost' | 'refused';

/** The renderer's view of a host, whatever carries the messages. */
export interface AppClient {
  /** @throws LangevinError, with the code and message of the host. */
  call<Call extends AppCall>(name: Call, request: AppRequest<Call>): Promise<AppResult<Call>>;
  /**
   * A `File` of a drop by reference, so that a session finds it again where it lies; only in the desktop app.
   * @throws LangevinError invalid-argument for one that lies nowhere, such as a pasted picture.
   */
  addDropped?(file: unknown): Promise<FileInfo>;
  /** @returns ends the subscription. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** A browser tab loses its host when the program ends. */
  onConnection(listener: (state: Connection) => void): () => void;
}
