import type { z } from 'zod';
import { appRequests, type AppCall, type ParsedAppRequest } from '../../contract/app/calls.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppReply, AppResult } from '../../contract/app/replies.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import type { Outlet } from '../engine/protocol.ts';
import { parseJob } from '../engine/jobs/parse-job.ts';
import { createParts, type AppParts, type AppServiceOptions } from './app-parts.ts';
import type { PageConnection } from './session-holder.ts';
import { withoutPaths } from './without-paths.ts';
import { requestHandlers, type RequestHandlers } from './request-handlers.ts';
import type { Unsaved } from './unsaved.ts';

/**
 * The app on the host's side, whatever the host: answers the requests of renderers and tells them what happens. Paths
 * stay on this side.
 */
export class AppService {
  readonly #options: AppServiceOptions;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #parts: AppParts;
  readonly #handlers: RequestHandlers;

  private constructor(options: AppServiceOptions) {
    this.#options = options;
    this.#parts = createParts(options, (event) => this.#emit(event));
    this.#handlers = requestHandlers(options, this.#parts);
  }

  /** A service with what was open when the last one ended. @throws file-unreadable */
  static async open(options: AppServiceOptions): Promise<AppService> {
    const service = new AppService(options);
    const { results, runs, partStore, folders, session, healings, batches } = service.#parts;
    await results.clearDrags();
    await partStore.clear();
    await folders.clear();
    await batches.clear();
    await session.load();
    await runs.load();
    await healings.sweep();
    return service;
  }

  /**
   * Answers a request as it came from a renderer: nothing in it is believed. Never throws.
   * @param outlet  where the pixels of pictures go instead of into the answer.
   * @param page  of which page, where there may be several.
   */
  async answer(call: unknown, request: unknown, outlet?: Outlet, page?: PageConnection): Promise<AppReply> {
    try {
      if (typeof call !== 'string' || !Object.hasOwn(appRequests, call)) {
        const shown = typeof call === 'string' ? JSON.stringify(call.slice(0, 60)) : `of the kind ${typeof call}`;
        throw new LangevinError('invalid-argument', `There is no request ${shown}.`);
      }
      return { ok: true, value: await this.#dispatch(call as AppCall, request, outlet, page) };
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'internal') this.#options.shell.logFault?.(error);
      return { ok: false, code, message: withoutPaths(message) };
    }
  }

  /** Bytes that an answer has left out, all at once; undefined for an id that is not (or no longer) good. */
  takeParts(id: Id): ReturnType<AppParts['partStore']['take']> {
    return this.#parts.partStore.take(id);
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a run or a batch goes on or waits. */
  get isBusy(): boolean {
    const { runs, healings, batches } = this.#parts;
    return runs.isBusy || healings.isBusy || batches.isBusy;
  }

  /** Results that are nowhere else: a host that ends asks what is to become of them. */
  get unsaved(): Unsaved {
    return this.#parts.unsaved;
  }

  /** Path of the picture in front; undefined for one that lies nowhere, such as one that was pasted. */
  get frontPath(): string | undefined {
    const { session, files } = this.#parts;
    const file = session.front !== undefined && files.has(session.front) ? files.get(session.front) : undefined;
    return file?.isCopy === false ? file.path : undefined;
  }

  /** The page's state is to be saved now, because the host may end. */
  askToSaveSession(): void {
    this.#emit({ type: 'save-session' });
  }

  /** Something that people should hear of, which no request of a page has led to. */
  tellProblem(error: unknown): void {
    this.#emit({ type: 'problem', message: withoutPaths(toLangevinError(error).message) });
  }

  /** The picture of a run, or the batch that has ended, is to come to the front. */
  show(what: Extract<AppEvent, { type: 'show' }>['what']): void {
    this.#emit({ type: 'show', what });
  }

  /** The document of a run, for `show`. */
  fileOf(run: Id): Id | undefined {
    return this.#parts.runs.list().find((snapshot) => snapshot.run === run)?.document;
  }

  /** A page has come, for the first time or again: what was sent to those before, it has not seen. */
  pageArrived(): void {
    this.#parts.runs.acknowledgeAll();
  }

  /** A page is gone, or its connection. */
  pageLeft(page: PageConnection): void {
    this.#parts.holder.disconnected(page);
  }

  /** Files that were opened from outside: the system, a second start, a drop on the icon. */
  async openPaths(paths: readonly string[]): Promise<readonly FileInfo[]> {
    const files: FileInfo[] = [];
    for (const path of paths) files.push(await this.addPath(path));
    if (files.length > 0) this.#emit({ type: 'files-opened', files });
    return files;
  }

  /** A path that the system vouches for, such as one of a drop. */
  addPath(path: string): Promise<FileInfo> {
    return this.#parts.documents.open(path);
  }

  /** @throws file-not-found */
  async openRecent(recent: Id): Promise<void> {
    const file = await this.#parts.documents.openRecent(recent);
    this.#emit({ type: 'files-opened', files: [file] });
  }

  settings(): Promise<AppSettings> {
    return this.#parts.settings.read();
  }

  /** A native menu asks for an action of the renderer. */
  sendAction(action: string): void {
    this.#emit({ type: 'action', action });
  }

  /** Ends what runs; the processes end with it. */
  async close(): Promise<void> {
    const { runs, healings, finds, labs, batches, results, partStore } = this.#parts;
    runs.cancelAll();
    finds.cancelAll();
    labs.cancelAll();
    await healings.close();
    await batches.close();
    const { engine, worker, modeller, healer } = this.#options;
    await Promise.all([engine, worker, modeller, healer].map((client) => client.terminate()));
    await results.clearDrags();
    await partStore.clear();
  }

  async #dispatch<Call extends AppCall>(
    call: Call,
    request: unknown,
    outlet: Outlet | undefined,
    page: PageConnection | undefined,
  ): Promise<Sent<AppResult<Call>>> {
    const schema: z.ZodType = appRequests[call];
    const parsed = parseJob(schema, request, call) as ParsedAppRequest<Call>;
    return this.#handlers[call](parsed, outlet, page);
  }

  #emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
