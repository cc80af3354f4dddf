import type { AppCall, ParsedAppRequest } from '../../contract/app/calls.ts';
import type { AppResult, ProviderInfo } from '../../contract/app/replies.ts';
import { LangevinError } from '../../errors.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { Outlet } from '../engine/protocol.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { DESCRIPTION_LIMITS } from '../engine/job-limits.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import type { AppParts, AppServiceOptions } from './app-parts.ts';
import { aboutProgram } from './about-program.ts';
import { save, saveCopy } from './saving.ts';
import type { PageConnection } from './session-holder.ts';
import { dialogsOf, placesOf } from './shell.ts';

/** What answers each request, once it has been checked. */
export type RequestHandlers = {
  /** Pixels go through the outlet where there is one; the result then has none. */
  readonly [Call in AppCall]: (
    request: ParsedAppRequest<Call>,
    outlet: Outlet | undefined,
    page: PageConnection | undefined,
  ) => Promise<Sent<AppResult<Call>>>;
};

export function requestHandlers({ shell, modeller, engine }: AppServiceOptions, parts: AppParts): RequestHandlers {
  const {
    files,
    documents,
    pictures,
    results,
    runs,
    healings,
    planner,
    adjustments,
    recipes,
    finds,
    labs,
    models,
    installed,
    settings,
    session,
    holder,
    projects,
    folders,
    batches,
  } = parts;
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
      ...(shell.canUpdate === true && { canUpdate: true }),
    }),
    chooseFiles: ({ purpose, many }) => documents.choose(purpose, many),
    addFile: ({ name, bytes }) => files.addCopy(name, bytes),
    beginUpload: async ({ name }) => ({ upload: await files.beginCopy(name) }),
    extendUpload: ({ upload, bytes }) => nothing(files.extendCopy(upload, bytes)),
    endUpload: ({ upload }) => files.endCopy(upload),
    placeUpload: async ({ upload, folder, path }) => nothing(folders.take(folder, path, await files.takeCopy(upload))),
    recentFiles: () => documents.recent(),
    openRecent: ({ recent }) => documents.openRecent(recent),
    clearRecent: () => nothing(documents.clearRecent()),
    showInFolder: async (request) => {
      const places = placesOf(shell);
      if ('place' in request) return nothing(places.show(request.place));
      const { name, path, isCopy } = files.get(request.file);
      if (isCopy) throw new LangevinError('file-not-found', `${name} lies in no folder; it was pasted or made here.`);
      return nothing(places.showPath(path));
    },
    saveFile: async ({ file }) => saveCopy(shell, parts.partStore, files.placed(file)),
    forgetFile: async ({ file }) => {
      await runs.forgetFile(file);
      for (const id of [file, ...files.ofDocument(file)]) {
        pictures.forget(id);
        await healings.forget(id);
        await files.forget(id);
      }
      return null;
    },
    readPart: ({ inParts, at }) => parts.partStore.read(inParts, at),
    readPicture: async ({ file }, outlet) => {
      const picture = await pictures.read(file, outlet);
      await documents.noteShown(file);
      return picture;
    },
    readMask: (request) => pictures.readMask(request),
    saveMask: async (request) => {
      const { name, path, isCopy } = files.get(request.picture);
      return save(shell, {
        name: `${name.replace(/\.[^.]*$/, '')}-mask`,
        format: 'png',
        original: isCopy ? undefined : path,
        encode: () => pictures.encodeMask(request),
        write: async (_format, chosen) => writeFileAtomically(chosen, await pictures.encodeMask(request)),
      });
    },
    readScan: ({ file, slice }) => pictures.scan(file, slice),
    sortSeries: ({ files: ids }) => pictures.sortSeries(ids),
    readPlane: (request) => pictures.plane(request),
    simulateScan: (request) => pictures.simulate(request),
    models: async () => {
      const list = await models.list();
      // A page has begun, and the processors have nothing else to do.
      void pictures.warmUp();
      return list;
    },
    installedModels: () => installed.list(),
    checkModel: ({ model }) => installed.check(model),
    importModel: ({ folder, replace }) => installed.import(folder, replace),
    removeModel: ({ model }) => nothing(installed.remove(model)),
    choices: (request) => modeller.result('list-choices', request, { limits: DESCRIPTION_LIMITS }),
    samplerChoices: (request) => modeller.result('list-sampler-choices', request, { limits: DESCRIPTION_LIMITS }),
    planRun: (request) => planner.plan(request),
    startRun: async (request) => runs.start(request),
    cancelRun: async ({ run }) => nothing(runs.cancel(run)),
    readRun: async ({ run }) => runs.read(run),
    runs: async () => runs.list(),
    runQueue: async () => runs.queue(),
    pauseQueue: async ({ paused }) => nothing(runs.pause(paused)),
    moveRun: async ({ run, place }) => nothing(runs.move(run, place)),
    labelRun: ({ run, label }) => nothing(runs.label(run, label)),
    acknowledgeFrame: async ({ run }) => nothing(runs.acknowledgeFrame(run)),
    readResult: ({ result }, outlet) => results.read(result, outlet),
    saveResult: async (request) => {
      const saved = await results.save(request);
      if (saved.saved || 'download' in saved) await runs.noteSaved(request.result);
      return saved;
    },
    dragResult: async ({ result, name, icon }) => {
      if (shell.startDrag === undefined) {
        throw new LangevinError('unsupported-combination', 'Only the desktop app lets results be dragged out.');
      }
      shell.startDrag(await results.copyForDrag(result, name), icon);
      return null;
    },
    reuseResult: ({ result, within }) => results.reuse(result, within),
    readThumbnail: (request) => {
      if ('recent' in request) return documents.thumbnail(request.recent);
      return 'file' in request ? pictures.thumbnail(request.file) : results.thumbnail(request.result);
    },
    composeResult: async (request) => {
      const result = await results.compose(request);
      await runs.addResult(result);
      return result;
    },
    strengthenResult: async (request) => {
      const result = await results.strengthen(request);
      await runs.addResult(result);
      return result;
    },
    forgetResult: ({ result }) => nothing(runs.forgetResult(result)),
    openHealing: (request) => healings.open(request),
    healStroke: (request) => healings.stroke(request),
    varyStroke: (request) => healings.vary(request),
    arrangeHealing: (request) => healings.arrange(request),
    refineStroke: (request) => healings.refine(request),
    cancelRefining: (request) => healings.cancel(request),
    watchHealing: async (request) => nothing(healings.watch(request)),
    saveHealed: (request) => healings.save(request),
    previewAdjustment: (request) => adjustments.preview(request),
    suggestAdjustment: (request) => adjustments.suggest(request),
    adjustPicture: (request) => adjustments.apply(request),
    recipes: () => recipes.list(),
    saveRecipe: (request) => nothing(recipes.save(request)),
    importRecipe: (request) => recipes.import(request),
    exportRecipe: (request) => recipes.export(request),
    removeRecipe: (request) => nothing(recipes.remove(request)),
    applyRecipe: (request) => recipes.apply(request),
    inspectPicture: (request) => recipes.inspect(request),
    startFind: async ({ file }) => finds.start(file),
    cancelFind: async ({ find }) => nothing(finds.cancel(find)),
    startLab: async ({ job }) => labs.start(job),
    cancelLab: async ({ lab }) => nothing(labs.cancel(lab)),
    labs: async () => labs.list(),
    forgetLab: ({ lab }) => nothing(labs.forget(lab)),
    settings: () => settings.read(),
    changeSettings: (patch) => settings.change(patch),
    session: async ({ page, take }, _outlet, connection) =>
      page === undefined || (await holder.hold(page, take, connection))
        ? session.read()
        : { tabs: [], files: [], isElsewhere: true },
    saveSession: async (request, _outlet, page) => {
      holder.assertMayWrite(page);
      return nothing(session.save(request));
    },
    makeProject: ({ tab }) => projects.make(tab),
    openProject: ({ file }) => projects.open(file),
    leaveSession: async ({ page }, _outlet, connection) => nothing(holder.leave(page, connection)),
    chooseFolder: async ({ purpose }) => {
      const path = await dialogsOf(shell).openFolder(purpose);
      return path === undefined ? null : folders.add(path);
    },
    folders: async () => folders.list(),
    createFolder: ({ name }) => folders.create(name),
    addToFolder: ({ folder, path, bytes }) => nothing(folders.write(folder, path, bytes)),
    planBatch: (request) => batches.plan(request),
    startBatch: (request) => batches.start(request),
    pauseBatch: async ({ batch, paused }) => nothing(batches.pause(batch, paused)),
    cancelBatch: async ({ batch }) => nothing(batches.cancel(batch)),
    readBatch: async ({ batch }) => batches.read(batch),
    batches: async () => batches.list(),
    openBatchOutput: ({ batch, output }) => batches.openOutput(batch, output),
    zipBatch: ({ batch, outputs }) => batches.zip(batch, outputs),
    openBatchReport: ({ batch }) => batches.openReport(batch),
    openBatchInput: ({ batch, input }) => batches.openInput(batch, input),
    doctor: () => doctor(engine),
    about: () => aboutProgram(shell),
  };
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
