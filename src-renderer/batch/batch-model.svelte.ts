import type { BatchPlanInfo, BatchStart, FolderInfo } from '../../src-main/contract/app/batch.ts';
import { batchStartSchema } from '../../src-main/contract/app/batch.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { deliverSaved } from '../state/pick-files.ts';
import { BatchForm } from './batch-form.svelte.ts';
import { BatchRanking } from './batch-ranking.svelte.ts';
import { BatchRun } from './batch-run.svelte.ts';
import type { DroppedFolder } from './dropped-folders.ts';
import { FolderUpload } from './folder-upload.svelte.ts';

/** Where the page keeps what it asked for, so that a reload can resume it. */
const KEPT = 'langevin-batch';

/** A plan, and the request it was made for. */
export interface Plan {
  readonly info: BatchPlanInfo;
  readonly request: BatchStart;
}

/** Everything the batch view knows; lives as long as the window. */
export class BatchModel {
  readonly form: BatchForm;
  readonly ranking: BatchRanking;
  /** Folders that the host knows. */
  folders: readonly FolderInfo[] = $state.raw([]);
  /** Made by uploads, or for outputs; the others were granted or chosen. */
  made: readonly string[] = $state.raw([]);
  uploads: readonly FolderUpload[] = $state.raw([]);
  plan: Plan | undefined = $state.raw();
  busy: 'planning' | 'starting' | undefined = $state();
  problem: { readonly message: string; readonly hint: string } | undefined = $state.raw();
  run: BatchRun | undefined = $state.raw();
  readonly #app: AppState;
  #isLoaded = false;

  constructor(app: AppState) {
    this.#app = app;
    this.form = new BatchForm(app);
    this.ranking = new BatchRanking(app, this.form);
  }

  /** Finds what the host knows: its folders, and a batch that runs or ran last. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    await this.#app.attempt(async () => {
      this.folders = await this.#app.client.call('folders', {});
      const newest = (await this.#app.client.call('batches', {})).at(-1);
      if (newest === undefined || this.run !== undefined) return;
      const kept = keptRequest(newest.batch);
      if (kept !== undefined) this.form.restore(kept, this.folders);
      this.run = new BatchRun(this.#app.client, newest.batch, kept);
      this.run.takeSnapshot(newest);
    });
  }

  /** Takes the folder that the host's dialog gives. */
  async chooseFolder(purpose: 'batch-input' | 'batch-output' | 'batch-masks'): Promise<FolderInfo | undefined> {
    const folder = await this.#app.attempt(() => this.#app.client.call('chooseFolder', { purpose }));
    if (folder === null || folder === undefined) return undefined;
    this.#know(folder);
    return folder;
  }

  /** Copies a folder of the page to the host. @returns undefined when that failed or was cancelled. */
  async upload(dropped: DroppedFolder): Promise<FolderInfo | undefined> {
    const upload = new FolderUpload(dropped);
    this.uploads = [...this.uploads, upload];
    const folder = await this.#app.attempt(() => upload.send(this.#app.client));
    this.uploads = this.uploads.filter((other) => other !== upload);
    if (folder === undefined) return undefined;
    this.made = [...this.made, folder.id];
    this.#know(folder);
    return folder;
  }

  /** What a batch would do. */
  async planNow(): Promise<void> {
    if (this.form.obstacle !== undefined) return;
    await this.#do('planning', async () => {
      const request = this.form.request(await this.#outputFolder());
      this.plan = { info: await this.#app.client.call('planBatch', request), request };
    });
  }

  async start(): Promise<void> {
    const { plan } = this;
    if (plan === undefined) return;
    await this.#start(plan.request);
    if (this.problem === undefined) await this.#remember();
  }

  /** Goes on where a batch ended: what failed, was not reached or has changed since. */
  async resume(): Promise<void> {
    const request = this.run?.request;
    if (request !== undefined) await this.#start({ ...request, resume: true });
  }

  /** Back to the form, with what it held. */
  close(): void {
    this.run?.detach();
    this.run = undefined;
    this.plan = undefined;
    sessionStorage.removeItem(KEPT);
  }

  /** Opens a result, or an input, in the editor. */
  async edit(kind: 'input' | 'output', path: string): Promise<void> {
    const file = await this.#app.attempt(() => this.#file(kind, path));
    if (file === undefined) return;
    await this.#app.pictures.open([file]);
    if (this.#app.pictures.active?.file.id === file.id) this.#app.view = 'restore';
  }

  async download(output: string): Promise<void> {
    await this.#app.attempt(async () => {
      const { id: file } = await this.#file('output', output);
      deliverSaved(this.#app, await this.#app.client.call('saveFile', { file }));
      await this.#app.client.call('forgetFile', { file });
    });
  }

  #file(kind: 'input' | 'output', path: string): Promise<FileInfo> {
    const batch = this.run!.id;
    return kind === 'output'
      ? this.#app.client.call('openBatchOutput', { batch, output: path })
      : this.#app.client.call('openBatchInput', { batch, input: path });
  }

  async #start(request: BatchStart): Promise<void> {
    await this.#do('starting', async () => {
      // The first events may overtake the answer.
      const early: AppEvent[] = [];
      const stopListening = this.#app.client.onEvent((event) => early.push(event));
      try {
        const { batch } = await this.#app.client.call('startBatch', request);
        this.run?.detach();
        const run = new BatchRun(this.#app.client, batch, request);
        for (const event of early) run.receive(event);
        this.run = run;
        sessionStorage.setItem(KEPT, JSON.stringify({ batch, request }));
      } finally {
        stopListening();
      }
    });
  }

  /** The task's options become those that the editor begins with, too. */
  async #remember(): Promise<void> {
    const { task, ...options } = this.form.options;
    await this.#app.changeSettings({ options: { ...this.#app.settings.options, [task]: options } });
  }

  async #outputFolder(): Promise<FolderInfo> {
    if (this.form.output === undefined) {
      const folder = await this.#app.client.call('createFolder', { name: t('batch.resultsFolder') });
      this.made = [...this.made, folder.id];
      this.#know(folder);
      this.form.output = folder;
    }
    return this.form.output;
  }

  #know(folder: FolderInfo): void {
    if (!this.folders.some(({ id }) => id === folder.id)) this.folders = [...this.folders, folder];
  }

  async #do(what: 'planning' | 'starting', work: () => Promise<void>): Promise<void> {
    if (this.busy !== undefined) return;
    this.busy = what;
    this.problem = undefined;
    try {
      await work();
    } catch (error) {
      const { code, message } = toLangevinError(error);
      const hint = code === 'settings-differ' ? 'batch.next.settings' : `batch.next.${what}`;
      this.problem = { message, hint: t(hint as 'batch.next.planning') };
    } finally {
      this.busy = undefined;
    }
  }
}

/** The request of a batch that this page has started before it was reloaded. */
function keptRequest(batch: string): BatchStart | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as { batch?: string; request?: unknown } | null;
    if (kept?.batch !== batch) return undefined;
    const request = batchStartSchema.safeParse(kept.request);
    return request.success ? request.data : undefined;
  } catch {
    return undefined;
  }
}

const models = new WeakMap<AppState, BatchModel>();

/** The batch model of a window, which outlives the view. */
export function batchModelOf(app: AppState): BatchModel {
  const model = models.get(app) ?? new BatchModel(app);
  models.set(app, model);
  return model;
}
