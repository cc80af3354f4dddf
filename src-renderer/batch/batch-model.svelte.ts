import type { BatchPlanInfo, BatchStart, FolderInfo } from '../../src-main/contract/app/batch.ts';
import { batchStartSchema } from '../../src-main/contract/app/batch.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { FileInfo, PictureContent } from '../../src-main/contract/app/values.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { deliverSaved } from '../state/pick-files.ts';
import { BatchForm } from './batch-form.svelte.ts';
import { BatchRanking } from './batch-ranking.svelte.ts';
import { BatchRun, type Verdict } from './batch-run.svelte.ts';
import type { DroppedFolder } from './dropped-folders.ts';
import { FolderUpload } from './folder-upload.svelte.ts';

/** Where the page keeps what it asked for, so that a reload can resume it. */
const KEPT = 'langevin-batch';

/** A plan, and the request it was made for. */
export interface Plan {
  readonly info: BatchPlanInfo;
  readonly request: BatchStart;
}

/** A picture of a batch before and after. */
export interface BatchComparison {
  readonly input: string;
  /** Of the picture before. */
  readonly file: FileInfo;
  readonly before: PictureContent;
  readonly after: PictureContent;
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
  isZipping = $state(false);
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
      const kept = keptOf(newest.batch);
      if (kept?.request !== undefined) this.form.restore(kept.request, this.folders);
      this.run = new BatchRun(this.#app.client, newest.batch, kept?.request);
      this.run.verdicts = kept?.verdicts ?? {};
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

  /** Says something of a result; a reload remembers it. */
  judge(input: string, verdict: Verdict): void {
    this.run?.judge(input, verdict);
    this.#keep();
  }

  /** Back to the form, for some pictures of the batch only; their results are replaced. */
  redo(inputs: readonly string[]): void {
    this.close();
    this.form.only = inputs;
    this.form.existing = 'overwrite';
  }

  /** All results that were not rejected, as one zip file. */
  async downloadAll(): Promise<void> {
    const { run } = this;
    if (run === undefined || run.outputs.length === 0) return;
    this.isZipping = true;
    await this.#app.attempt(async () => {
      const { id: file } = await this.#app.client.call('zipBatch', { batch: run.id, outputs: [...run.outputs] });
      deliverSaved(this.#app, await this.#app.client.call('saveFile', { file }));
      await this.#app.client.call('forgetFile', { file });
    });
    this.isZipping = false;
  }

  /** Shows the report where the host has a file manager, and hands it over otherwise. */
  async openReport(): Promise<void> {
    const { run } = this;
    if (run === undefined) return;
    await this.#app.attempt(async () => {
      const { id: file } = await this.#app.client.call('openBatchReport', { batch: run.id });
      if (this.#app.host?.kind === 'electron') await this.#app.client.call('showInFolder', { file });
      else deliverSaved(this.#app, await this.#app.client.call('saveFile', { file }));
      await this.#app.client.call('forgetFile', { file });
    });
  }

  /** Shows the folder of the results, where the host has a file manager. */
  async openFolder(): Promise<void> {
    const [first] = this.run?.outputs ?? [];
    if (first === undefined) return;
    await this.#app.attempt(async () => {
      const { id: file } = await this.#file('output', first);
      await this.#app.client.call('showInFolder', { file });
      await this.#app.client.call('forgetFile', { file });
    });
  }

  /** A picture before and after, to be compared. @returns undefined when one of them cannot be read */
  async compare(input: string, output: string): Promise<BatchComparison | undefined> {
    return this.#app.attempt(async () => {
      const files = [await this.#file('input', input), await this.#file('output', output)];
      try {
        const [before, after] = [
          await this.#app.client.call('readPicture', { file: files[0].id }),
          await this.#app.client.call('readPicture', { file: files[1].id }),
        ];
        return { input, file: files[0], before, after };
      } finally {
        for (const { id } of files) void this.#app.client.call('forgetFile', { file: id }).catch(() => undefined);
      }
    });
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
        this.#keep();
      } finally {
        stopListening();
      }
    });
  }

  #keep(): void {
    const { run } = this;
    if (run === undefined) return;
    const { id: batch, request, verdicts } = run;
    sessionStorage.setItem(KEPT, JSON.stringify({ batch, request, verdicts }));
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

/** The request, and the verdicts, of a batch that this page has started before it was reloaded. */
function keptOf(
  batch: string,
): { readonly request: BatchStart | undefined; readonly verdicts: BatchRun['verdicts'] } | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Record<string, unknown> | null;
    if (kept?.['batch'] !== batch) return undefined;
    const request = batchStartSchema.safeParse(kept['request']);
    return {
      request: request.success ? request.data : undefined,
      verdicts: (kept['verdicts'] ?? {}) as BatchRun['verdicts'],
    };
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
