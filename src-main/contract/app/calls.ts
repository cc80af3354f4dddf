import { z } from 'zod';
import { batchStartSchema } from './batch.ts';
import { holdingRequests } from './holding.ts';
import { healingRequests } from './healing.ts';
import { adjustingRequests } from './adjusting.ts';
import { findingRequests } from './finding.ts';
import { modelRequests } from './models.ts';
import { labRequests } from './lab.ts';
import { recipeRequests } from './recipes.ts';
import { bytesSchema, idSchema, maskPatchSchema, modelNameSchema, PLANES } from './values.ts';
import { pictureSaveSchema } from './results.ts';
import { composePartSchema, queueRequests, runLabelSchema, runRequestSchema } from './runs.ts';
import { appSettingsPatchSchema } from './settings.ts';
import { sessionSchema, tabSchema } from './session.ts';
import { readPartSchema, uploadRequests } from './parts.ts';
import { chosenSamplerSchema, restoreOptionsSchema, TASKS } from '../restore-options.ts';

/**
 * Every request a renderer can make, by name, with what it must carry. Hosts check requests against these schemas
 * (unknown keys are refused) and answer with `AppReply`; the results are in `AppResults`. Renderers name files, folders,
 * runs and results by ids that the host gave out, never by paths.
 */
export const appRequests = {
  /** What the host is and can do. */
  hello: z.strictObject({}),

  /** A dialog of the host; only where `HostInfo.dialogs`. Empty when dismissed. */
  chooseFiles: z.strictObject({
    purpose: z.enum(['picture', 'mask', 'kernel', 'scan', 'angles', 'model', 'recipe']),
    many: z.boolean().default(false),
  }),
  /** A file by its contents: uploaded, dropped or pasted. */
  addFile: z.strictObject({ name: z.string().min(1).max(1024), bytes: bytesSchema }),
  /** The same in parts, for large files. */
  ...uploadRequests,
  recentFiles: z.strictObject({}),
  openRecent: z.strictObject({ recent: idSchema }),
  /** Empties the list of recent files. */
  clearRecent: z.strictObject({}),
  /** Shows where a file of the session lies, or where something was saved, in the system's file manager. */
  showInFolder: z.union([z.strictObject({ file: idSchema }), z.strictObject({ place: idSchema })]),
  /** A file of the session as it is, such as an output of a batch: save dialog or download. */
  saveFile: z.strictObject({ file: idSchema }),
  /** The renderer needs the file no longer. */
  forgetFile: z.strictObject({ file: idSchema }),

  /** A part of bytes that an answer has left out. */
  readPart: readPartSchema,
  /** Pixels as displayed (EXIF orientation applied). */
  readPicture: z.strictObject({ file: idSchema }),
  /** A mask file for a picture of the given displayed size. */
  readMask: z.strictObject({ file: idSchema, picture: idSchema }),
  /** Writes a mask as a grey PNG of the picture's displayed size: save dialog, or a download. */
  saveMask: z.strictObject({ picture: idSchema, mask: maskPatchSchema }),
  /** A slice (picture, npy, DICOM) or a sinogram as numbers. */
  readScan: z.strictObject({ file: idSchema, slice: z.int().min(0).default(0) }),
  /** Sorts DICOM files into series. */
  sortSeries: z.strictObject({ files: z.array(idSchema).min(1).max(20_000) }),
  /** A plane of a series or a stack, or the largest values across it (without `index`); pixels are square. */
  readPlane: z.strictObject({
    files: z.array(idSchema).min(1).max(20_000),
    plane: z.enum(PLANES),
    index: z.int().min(0).optional(),
    /** Distance of slices over that of pixels. */
    stretch: z.number().positive().max(100).default(1),
  }),
  /** What a scanner would measure of a slice; the sinogram becomes a file of its own. */
  simulateScan: z.strictObject({
    file: idSchema,
    slice: z.int().min(0).default(0),
    views: z.int().min(1).max(10_000),
    noise: z.number().min(0).default(0),
    seed: z.int().min(0).default(0),
    ...restoreOptionsSchema.pick({ sourceAxis: true, detectorSpacing: true }).shape,
  }),

  models: z.strictObject({}),
  /** Solvers, samplers and correctors for a task: what can run, and why the rest cannot. */
  choices: z.strictObject({
    task: z.enum(TASKS),
    model: modelNameSchema,
    noisy: z.boolean().default(false),
    /** What is chosen already, on which the defaults of the rest depend. */
    chosen: chosenSamplerSchema.prefault({}),
  }),
  /** The same of sampling without a measurement, which every model can. */
  samplerChoices: z.strictObject({ chosen: chosenSamplerSchema.omit({ solver: true }).prefault({}) }),
  /** What a run would do and how long it would take, without starting it. */
  planRun: runRequestSchema,
  startRun: runRequestSchema,
  cancelRun: z.strictObject({ run: idSchema }),
  /** Everything known of a run, for a renderer that has just been (re)loaded. */
  readRun: z.strictObject({ run: idSchema }),
  runs: z.strictObject({}),
  ...queueRequests,
  labelRun: z.strictObject({ run: idSchema, label: runLabelSchema }),
  /** The newest frame has been shown; the next may come. */
  acknowledgeFrame: z.strictObject({ run: idSchema }),

  readResult: z.strictObject({ result: idSchema }),
  /** Save dialog or download; `to: 'original-folder'` never replaces a file. */
  saveResult: z.strictObject({ result: idSchema, save: pictureSaveSchema }),
  /**
   * The result as a new file of the session, to restore again from here: a document of its own, or a further state of the
   * one that it was made of.
   */
  reuseResult: z.strictObject({ result: idSchema, within: z.boolean().default(false) }),
  /** A small JPEG file of a picture, a result or a recent file, as displayed. */
  readThumbnail: z.union([
    z.strictObject({ file: idSchema }),
    z.strictObject({ result: idSchema }),
    z.strictObject({ recent: idSchema }),
  ]),
  /**
   * Begins a drag of a result out of the window, as a file of the given name (without extension); while the pointer is
   * down. The icon is a PNG picture.
   */
  dragResult: z.strictObject({
    result: idSchema,
    name: z.string().min(1).max(255),
    icon: bytesSchema.refine((bytes) => bytes.length <= 262_144, 'an icon has at most 256 KiB'),
  }),
  forgetResult: z.strictObject({ result: idSchema }),
  /**
   * A result of the same run part of the way from the picture before, 0…1; `within` a mask another part, in proportion to
   * its coverage.
   */
  strengthenResult: z.strictObject({
    result: idSchema,
    strength: z.number().min(0).max(1),
    within: z.strictObject({ mask: maskPatchSchema, strength: z.number().min(0).max(1) }).optional(),
  }),
  /** A result of the same run with marked pixels of others, or of the original; later parts lie over earlier ones. */
  composeResult: z.strictObject({ result: idSchema, parts: z.array(composePartSchema).min(1).max(1000) }),

  ...adjustingRequests,

  ...findingRequests,

  ...recipeRequests,

  ...healingRequests,

  ...labRequests,

  ...modelRequests,

  settings: z.strictObject({}),
  changeSettings: appSettingsPatchSchema,
  saveSession: sessionSchema,
  /** A picture with all its work as one file of the session, for `saveFile`. */
  makeProject: z.strictObject({ tab: tabSchema }),
  /** Takes in what such a file holds; the file itself is needed no longer. */
  openProject: z.strictObject({ file: idSchema }),
  ...holdingRequests,

  chooseFolder: z.strictObject({ purpose: z.enum(['batch-input', 'batch-output', 'batch-masks']) }),
  /** Folders the host was started with, and those of this session. */
  folders: z.strictObject({}),
  /** An empty folder of the host to upload into; where there are no dialogs. */
  createFolder: z.strictObject({ name: z.string().min(1).max(255) }),
  /** @see createFolder. `path` is relative, with forward slashes, and may not leave the folder. */
  addToFolder: z.strictObject({ folder: idSchema, path: z.string().min(1).max(4096), bytes: bytesSchema }),
  /** The same with what has been uploaded in parts. */
  placeUpload: z.strictObject({ upload: idSchema, folder: idSchema, path: z.string().min(1).max(4096) }),
  planBatch: batchStartSchema,
  startBatch: batchStartSchema,
  pauseBatch: z.strictObject({ batch: idSchema, paused: z.boolean() }),
  cancelBatch: z.strictObject({ batch: idSchema }),
  readBatch: z.strictObject({ batch: idSchema }),
  batches: z.strictObject({}),
  /** An output of a batch as a file of the session. */
  openBatchOutput: z.strictObject({ batch: idSchema, output: z.string().min(1).max(4096) }),
  /** Outputs of a batch as one zip file of the session, under the names that they have in their folder. */
  zipBatch: z.strictObject({ batch: idSchema, outputs: z.array(z.string().min(1).max(4096)).min(1).max(100_000) }),
  /** The report of a batch that has ended, as a page. */
  openBatchReport: z.strictObject({ batch: idSchema }),
  /** An input of a batch as a file of the session, to paint its mask by hand. */
  openBatchInput: z.strictObject({ batch: idSchema, input: z.string().min(1).max(4096) }),

  /** Providers, versions, speed. */
  doctor: z.strictObject({}),
  /** What the program is made of and runs on. */
  about: z.strictObject({}),
} as const satisfies Record<string, z.ZodType>;

export type AppCall = keyof typeof appRequests;
/** As a renderer writes a request; defaults may be left out. */
export type AppRequest<Call extends AppCall> = z.input<(typeof appRequests)[Call]>;
/** As a host reads it. */
export type ParsedAppRequest<Call extends AppCall> = z.output<(typeof appRequests)[Call]>;
