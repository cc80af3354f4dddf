import { z } from 'zod';
import type { RestoreReport } from '../contract/restore-events.ts';
import { runLabelSchema } from '../contract/app/runs.ts';
import { tabSchema } from '../contract/app/session.ts';
import { idSchema, type Id } from '../contract/app/values.ts';
import { restoreOptionsSchema, TASKS } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import type { ZipBounds } from './zip-reader.ts';

/** How the names of project files end. */
export const PROJECT_ENDING = '.langevin';

/** What a project may hold: hundreds of results of the largest pictures, and no more than a zip file without ZIP64. */
export const PROJECT_BOUNDS: ZipBounds = { entries: 20_000, bytes: 2 ** 32 - 1, deflatedBytes: 16 * 2 ** 20 };
export const MANIFEST = 'manifest.json';
export const MOST_MANIFEST_BYTES = 8 * 2 ** 20;
export const MOST_MASK_BYTES = 64 * 2 ** 20;
export const MOST_HISTORY_BYTES = 2 * 2 ** 20;
export const MOST_METADATA_BYTES = 64 * 2 ** 20;

const values = z.record(z.string().max(100), z.union([z.string().max(10_000), z.number(), z.boolean()]));
const count = z.number().min(0);
const name = z.string().min(1).max(255);

const reportSchema = z.strictObject({
  task: z.enum(TASKS),
  options: restoreOptionsSchema,
  model: name,
  provider: name,
  solver: name,
  settings: values,
  seed: z.int().min(0),
  windows: count,
  paintedPixels: count,
  nfe: count,
  vjps: count,
  seconds: count,
  deviation: z.strictObject({ calibrated: z.boolean(), solver: name, settings: values }).exactOptional(),
  measured: z.record(z.string().max(100), z.number()),
});

/** The report of a run as a project holds it: numbers that JSON lacks are left out. Undefined for one that cannot be read again. */
export function projectReport(report: RestoreReport | undefined): z.output<typeof reportSchema> | undefined {
  if (report === undefined) return undefined;
  const measured = Object.fromEntries(Object.entries(report.measured).filter(([, value]) => Number.isFinite(value)));
  return reportSchema.safeParse(JSON.parse(JSON.stringify({ ...report, measured }))).data;
}

/** What a run has made, without its id of the run: that is the run's. */
const resultSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['sample', 'mean', 'std', 'interval', 'sheet']),
  sample: z.int().min(0).max(10_000),
  width: z.int().min(1).max(65_535),
  height: z.int().min(1).max(65_535),
  format: z.string().min(1).max(16),
});

const runSchema = z.strictObject({
  run: idSchema,
  file: idSchema,
  label: runLabelSchema,
  task: z.enum(TASKS),
  started: z.iso.datetime(),
  crop: z
    .strictObject({ x: z.int().min(0), y: z.int().min(0), width: z.int().min(1), height: z.int().min(1) })
    .exactOptional(),
  notices: z.array(z.string().max(2000)).max(100),
  report: reportSchema.exactOptional(),
  results: z.array(resultSchema).min(1).max(1000),
});
export type ProjectRun = z.output<typeof runSchema>;

/**
 * `manifest.json` of a project: a picture with the files that it was made from, how it is to be restored, and what runs have made
 * of it. Its ids are those of the program that wrote it; whoever opens it gives others. Beside it lie `mask` and `history` (forms
 * of the editor), `files/ID`, `results/ID.png` with `results/ID.meta`, and `healing/FILE/…` with what was healed stroke by stroke.
 */
export const projectManifestSchema = z.strictObject({
  format: z.literal('langevin-project'),
  version: z.literal(1),
  /** Name and version of the program that wrote it. */
  program: z.string().max(100),
  tab: tabSchema.omit({ mask: true, history: true, run: true }),
  files: z
    .array(z.strictObject({ id: idSchema, name }))
    .min(1)
    .max(100),
  runs: z.array(runSchema).max(1000),
});
export type ProjectManifest = z.output<typeof projectManifestSchema>;

/** Files that a tab needs, what it was opened as first. */
export function filesOfTab({ file, document = file, before = file, adjusted }: ProjectManifest['tab']): readonly Id[] {
  return [...new Set([document, file, before, ...(adjusted ? [adjusted.of] : [])])];
}

/**
 * Checks a manifest that anybody may have written.
 * @param title  what messages call the project.
 * @throws unsupported-format for one of a later version; picture-damaged with what is wrong
 */
export function parseManifest(bytes: Uint8Array, title: string): ProjectManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(title, `its ${MANIFEST} is no JSON`);
  }
  const version = z.looseObject({ format: z.literal('langevin-project'), version: z.number() }).safeParse(value);
  if (version.success && version.data.version > 1) {
    throw new LangevinError(
      'unsupported-format',
      `${title} was written by a later version of Langevin; open it there, or install that version.`,
    );
  }
  const parsed = projectManifestSchema.safeParse(value);
  if (!parsed.success) throw damaged(title, issueSentences(parsed.error, value, `its ${MANIFEST}`).slice(0, 500));
  assertWhole(parsed.data, title);
  return parsed.data;
}

/**
 * Refuses a project that holds anything that its manifest does not speak of: names of files are never taken from a project.
 * @throws picture-damaged
 */
export function assertEntries(manifest: ProjectManifest, entries: Iterable<string>, title: string): void {
  const files = new Set(manifest.files.map(({ id }) => id));
  const results = new Set(manifest.runs.flatMap((run) => run.results.map(({ id }) => id)));
  for (const entry of entries) {
    const [, folder, id, rest] = /^(files|results|healing)\/([\w-]{6,64})(.*)$/.exec(entry) ?? [];
    const belongs =
      [MANIFEST, 'mask', 'history'].includes(entry) ||
      (folder === 'files' && files.has(id) && rest === '') ||
      (folder === 'results' && results.has(id) && /^\.(png|meta)$/.test(rest)) ||
      (folder === 'healing' && files.has(id) && /^\/(document\.msgpack|[\w-]{6,64}\.(filled|refined))$/.test(rest));
    if (!belongs) throw damaged(title, `it holds ${JSON.stringify(entry.slice(0, 60))}, which belongs in no project`);
  }
}

/** Names only what is there, and everything once. */
function assertWhole({ tab, files, runs }: ProjectManifest, title: string): void {
  const known = new Set(files.map(({ id }) => id));
  const ids = [...files.map(({ id }) => id), ...runs.flatMap((run) => [run.run, ...run.results.map(({ id }) => id)])];
  if (new Set(ids).size !== ids.length) throw damaged(title, 'an id is in it twice');
  const needed = [...filesOfTab(tab), ...runs.map(({ file }) => file)];
  const missing = needed.find((id) => !known.has(id));
  if (missing !== undefined) throw damaged(title, `it names a file ${missing} that is not in it`);
}

function damaged(title: string, reason: string): LangevinError {
  return new LangevinError(
    'picture-damaged',
    `${title} cannot be opened: ${reason}. Save the project once more, or take an earlier copy of it.`,
  );
}
