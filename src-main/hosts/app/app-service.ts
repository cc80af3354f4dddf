import { join } from 'node:path';
import type { z } from 'zod';
import { appRequests, type AppCall, type ParsedAppRequest } from '../../contract/app/calls.ts';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppReply, AppResult, ProviderInfo } from '../../contract/app/replies.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { parseJob } from '../engine/jobs/parse-job.ts';
import { Batches } from './batches/batches.ts';
import { Folders } from './batches/folders.ts';
import { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import { Pictures } from './pictures.ts';
import { RecentFiles } from './recent-files.ts';
import { ResultStore } from './result-store.ts';
import { Results } from './results.ts';
import { Planner } from './runs/planner.ts';
import { Runs } from './runs/runs.ts';
import { SpeedBook } from './runs/speed-book.ts';
import { save, saveBytes } from './saving.ts';
import { SessionStore } from './session-store.ts';
import { SettingsStore } from './settings-store.ts';
import type { AppShell, FilePurpose } from './shell.ts';
import { Turns } from './turns.ts';

export interface AppServiceOptions {
  readonly shell: AppShell;
  /** Runs networks. */
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes, encodes and plans. */
  readonly worker: EngineClient<PictureJobs>;
  /** The batch's own process for pictures. */
  readonly codec: ConstructorParameters<typeof Batches>[0]['codec'];
  /** Settings, recent files and speeds. */
  readonly stateFolder: string;
  /** What is open; nobody else's. */
  readonly sessionFolder: string;
  /** Folders that batches may read and write without being asked for by a dialog. */
  readonly folders?: readonly string[];
}

type Handlers = { readonly [Call in AppCall]: (request: ParsedAppRequest<Call>) => Promise<AppResult<Call>> };

/**
 * The app on the host's side, whatever the host: answers the requests of renderers and tells them what happens. Paths
 * stay on this side.
 */
export class AppService {
  readonly #options: AppServiceOptions;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #files: FileStore;
  readonly #pictures: Pictures;
  readonly #resultStore: ResultStore;
  readonly #results: Results;
  readonly #runs: Runs;
  readonly #planner: Planner;
  readonly #settings: SettingsStore;
  readonly #session: SessionStore;
  readonly #recent: RecentFiles;
  readonly #folders: Folders;
  readonly #batches: Batches;
  readonly #turns = new Turns();
  readonly #handlers: Handlers;

  private constructor(options: AppServiceOptions) {
    this.#options = options;
    const { shell, engine, worker, codec, stateFolder, sessionFolder, folders = [] } = options;
    const emit = (event: AppEvent): void => this.#emit(event);
    this.#files = new FileStore(join(sessionFolder, 'files'));
    this.#pictures = new Pictures(this.#files, worker);
    this.#resultStore = new ResultStore(join(sessionFolder, 'results'));
    this.#settings = new SettingsStore(join(stateFolder, 'settings.json'));
    this.#session = new SessionStore(join(sessionFolder, 'session.msgpack'), this.#files);
    this.#recent = new RecentFiles(join(stateFolder, 'recent.json'));
    const speeds = new SpeedBook(join(stateFolder, 'speeds.json'));
    this.#planner = new Planner({ engine, worker, turns: this.#turns, pictures: this.#pictures, speeds });
    this.#runs = new Runs({
      engine,
      turns: this.#turns,
      files: this.#files,
      results: this.#resultStore,
      emit,
      // A speed that cannot be noted is measured again.
      onDone: (request, snapshot) => void this.#planner.learn(request, snapshot).catch(() => undefined),
    });
    const fileOf = this.#runs.fileOf.bind(this.#runs);
    this.#results = new Results({ store: this.#resultStore, files: this.#files, worker, shell, fileOf });
    this.#folders = new Folders(join(sessionFolder, 'uploads'), folders);
    this.#batches = new Batches({
      ...{ engine, codec, turns: this.#turns, files: this.#files, folders: this.#folders, emit },
      program: `langevin ${shell.version}`,
    });
    this.#handlers = this.#makeHandlers();
  }

  /** A service with what was open when the last one ended. @throws file-unreadable */
  static async open(options: AppServiceOptions): Promise<AppService> {
    const service = new AppService(options);
    await service.#resultStore.clear();
    await service.#folders.clear();
    await service.#session.load();
    return service;
  }

  /** Answers a request as it came from a renderer: nothing in it is believed. Never throws. */
  async answer(call: unknown, request: unknown): Promise<AppReply> {
    try {
      if (typeof call !== 'string' || !Object.hasOwn(appRequests, call)) {
        throw new LangevinError('invalid-argument', `There is no request ${JSON.stringify(call)}.`);
      }
      return { ok: true, value: await this.#dispatch(call as AppCall, request) };
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'internal') this.#options.shell.logFault?.(error);
      return { ok: false, code, message };
    }
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A page has come, for the first time or again: what was sent to those before, it has not seen. */
  pageArrived(): void {
    this.#runs.acknowledgeAll();
  }

  /** Files that were opened from outside: the system, a second start, a drop on the icon. */
  async openPaths(paths: readonly string[]): Promise<readonly FileInfo[]> {
    const files: FileInfo[] = [];
    for (const path of paths) files.push(await this.#addPath(path));
    if (files.length > 0) this.#emit({ type: 'files-opened', files });
    return files;
  }

  /** A path that the system vouches for, such as one of a drop. */
  addPath(path: string): Promise<FileInfo> {
    return this.#addPath(path);
  }

  /** @throws file-not-found */
  async openRecent(recent: Id): Promise<void> {
    await this.openPaths([await this.#recent.path(recent)]);
  }

  settings(): Promise<AppSettings> {
    return this.#settings.read();
  }

  /** A native menu asks for an action of the renderer. */
  sendAction(action: string): void {
    this.#emit({ type: 'action', action });
  }

  /** Ends what runs; the processes end with it. */
  async close(): Promise<void> {
    this.#runs.cancelAll();
    await this.#batches.close();
    await Promise.all([this.#options.engine.terminate(), this.#options.worker.terminate()]);
    await this.#resultStore.clear();
  }

  async #dispatch<Call extends AppCall>(call: Call, request: unknown): Promise<AppResult<Call>> {
    const schema: z.ZodType = appRequests[call];
    const parsed = parseJob(schema, request, call) as ParsedAppRequest<Call>;
    return this.#handlers[call](parsed);
  }

  #emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #addPath(path: string): Promise<FileInfo> {
    const file = await this.#files.addPath(path);
    await this.#recent.note(path);
    this.#options.shell.noteRecent?.(path);
    return file;
  }

  #makeHandlers(): Handlers {
    const { shell, worker, engine } = this.#options;
    const runs = this.#runs;
    const nothing = async (work: Promise<unknown> | void): Promise<null> => {
      await work;
      return null;
    };
    return {
      hello: async () => ({
        kind: shell.kind,
        version: shell.version,
        platform: process.platform,
        dialogs: shell.dialogs !== undefined,
      }),
      chooseFiles: ({ purpose, many }) => this.#chooseFiles(purpose, many),
      addFile: ({ name, bytes }) => this.#files.addCopy(name, bytes),
      recentFiles: () => (shell.dialogs === undefined ? Promise.resolve([]) : this.#recent.list()),
      openRecent: async ({ recent }) => this.#addPath(await this.#recent.path(recent)),
      saveFile: async ({ file }) => {
        const { name, bytes } = await this.#files.read(file);
        return saveBytes(shell, name, bytes);
      },
      forgetFile: ({ file }) => nothing(this.#forgetFile(file)),
      readPicture: ({ file }) => this.#pictures.read(file),
      readMask: (request) => this.#pictures.readMask(request),
      saveMask: async (request) => {
        const { name, path, isCopy } = this.#files.get(request.picture);
        return save(shell, {
          name: `${name.replace(/\.[^.]*$/, '')}-mask`,
          format: 'png',
          original: isCopy ? undefined : path,
          encode: () => this.#pictures.encodeMask(request),
        });
      },
      readScan: ({ file, slice }) => this.#pictures.scan(file, slice),
      simulateScan: (request) => this.#pictures.simulate(request),
      models: () => worker.result('list-models', {}),
      choices: (request) => worker.result('list-choices', request),
      planRun: (request) => this.#planner.plan(request),
      startRun: async (request) => runs.start(request),
      cancelRun: async ({ run }) => nothing(runs.cancel(run)),
      readRun: async ({ run }) => runs.read(run),
      runs: async () => runs.list(),
      acknowledgeFrame: async ({ run }) => nothing(runs.acknowledgeFrame(run)),
      readResult: ({ result }) => this.#results.read(result),
      saveResult: (request) => this.#results.save(request),
      reuseResult: ({ result }) => this.#results.reuse(result),
      forgetResult: ({ result }) => nothing(runs.forgetResult(result)),
      settings: () => this.#settings.read(),
      changeSettings: (patch) => this.#settings.change(patch),
      session: async () => this.#session.read(),
      saveSession: (session) => nothing(this.#session.save(session)),
      chooseFolder: async ({ purpose }) => {
        const path = await this.#dialogs().openFolder(purpose);
        return path === undefined ? null : this.#folders.add(path);
      },
      folders: async () => this.#folders.list(),
      createFolder: ({ name }) => this.#folders.create(name),
      addToFolder: ({ folder, path, bytes }) => nothing(this.#folders.write(folder, path, bytes)),
      planBatch: (request) => this.#batches.plan(request),
      startBatch: (request) => this.#batches.start(request),
      pauseBatch: async ({ batch, paused }) => nothing(this.#batches.pause(batch, paused)),
      cancelBatch: async ({ batch }) => nothing(this.#batches.cancel(batch)),
      readBatch: async ({ batch }) => this.#batches.read(batch),
      batches: async () => this.#batches.list(),
      openBatchOutput: ({ batch, output }) => this.#batches.openOutput(batch, output),
      openBatchInput: ({ batch, input }) => this.#batches.openInput(batch, input),
      doctor: () => doctor(engine),
    };
  }

  async #chooseFiles(purpose: FilePurpose, many: boolean): Promise<readonly FileInfo[]> {
    const paths = await this.#dialogs().openFiles(purpose, many);
    const isDocument = purpose === 'picture' || purpose === 'scan';
    const add = (path: string): Promise<FileInfo> => (isDocument ? this.#addPath(path) : this.#files.addPath(path));
    return Promise.all(paths.map(add));
  }

  #dialogs(): NonNullable<AppShell['dialogs']> {
    const { dialogs } = this.#options.shell;
    if (dialogs !== undefined) return dialogs;
    throw new LangevinError('unsupported-combination', 'This host has no dialogs; upload the file instead.');
  }

  async #forgetFile(id: string): Promise<void> {
    this.#pictures.forget(id);
    await this.#runs.forgetFile(id);
    await this.#files.forget(id);
  }
}

async function doctor(engine: EngineClient<EngineJobs>): Promise<ProviderInfo[]> {
  const { providers, tensorflow } = await engine.result('doctor', {});
  const onnx = providers.map(({ provider, usable, reason, stepsPerSecond }) => ({
    provider,
    usable,
    description: usable ? 'ONNX Runtime' : (reason ?? 'It does not work here.'),
    ...(stepsPerSecond === undefined ? {} : { stepsPerSecond }),
  }));
  const { usable, description, stepsPerSecond } = tensorflow;
  return [
    ...onnx,
    {
      provider: 'tensorflow.js',
      usable,
      description,
      ...(stepsPerSecond === undefined ? {} : { stepsPerSecond }),
    },
  ];
}
