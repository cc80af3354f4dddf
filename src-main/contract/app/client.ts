import type { AppCall, AppRequest } from './calls.ts';
import type { AppEvent } from './events.ts';
import type { AppResult } from './replies.ts';

/** The renderer's view of a host, whatever carries the messages. */
export interface AppClient {
  /** @throws LangevinError, with the code and message of the host. */
  call<Call extends AppCall>(name: Call, request: AppRequest<Call>): Promise<AppResult<Call>>;
  /** @returns ends the subscription. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** Whether the host can be reached; a browser tab loses it when the program ends. */
  onConnection(listener: (state: 'open' | 'lost') => void): () => void;
}
