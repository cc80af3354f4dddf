import type { AppCall, AppRequest } from '../../src-main/contract/app/calls.ts';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { AppResult } from '../../src-main/contract/app/replies.ts';
import { defaultAppSettings } from '../../src-main/contract/app/settings.ts';
import { LangevinError } from '../../src-main/errors.ts';

type Answers = { [Call in AppCall]?: (request: AppRequest<Call>) => AppResult<Call> | Promise<AppResult<Call>> };

/** A host for component tests: answers what it was told to, remembers the requests and lets tests send events. */
export class HostDouble implements AppClient {
  readonly requests: { readonly name: AppCall; readonly request: unknown }[] = [];
  readonly #answers: Answers;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #connections = new Set<(state: 'open' | 'lost') => void>();

  constructor(answers: Answers = {}) {
    this.#answers = {
      hello: () => ({ kind: 'browser', version: '0', platform: 'linux', dialogs: false }),
      settings: () => defaultAppSettings,
      changeSettings: (patch) => ({ ...defaultAppSettings, ...patch }) as typeof defaultAppSettings,
      models: () => [],
      session: () => ({ tabs: [], files: [] }),
      saveSession: () => null,
      openHealing: () => ({ layers: [], variants: [], blocks: [] }),
      ...answers,
    };
  }

  async call<Call extends AppCall>(name: Call, request: AppRequest<Call>): Promise<AppResult<Call>> {
    this.requests.push({ name, request });
    const answer = this.#answers[name] as ((request: AppRequest<Call>) => AppResult<Call>) | undefined;
    if (answer === undefined) throw new LangevinError('internal', `The test gives no answer to ${name}.`);
    return answer(request);
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onConnection(listener: (state: 'open' | 'lost') => void): () => void {
    this.#connections.add(listener);
    return () => this.#connections.delete(listener);
  }

  send(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  connection(state: 'open' | 'lost'): void {
    for (const listener of this.#connections) listener(state);
  }
}
