import type { AppCall, AppRequest } from './calls.ts';
import type { AppEvent } from './events.ts';
import type { AppResult } from './replies.ts';
import type { FileInfo } from './values.ts';

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
  /** Whether the host can be reached; a browser tab loses it when the program ends. */
  onConnection(listener: (state: 'open' | 'lost') => void): () => void;
}
