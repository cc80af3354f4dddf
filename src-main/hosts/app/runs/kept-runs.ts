import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { runLabelSchema, type RunSnapshot } from '../../../contract/app/runs.ts';
import { idSchema } from '../../../contract/app/values.ts';
import { TASKS } from '../../../contract/restore-options.ts';
import { KeptFile, readKeptFile } from '../kept-file.ts';
import type { StoredResult } from '../result-store.ts';

const resultSchema = z.strictObject({
  info: z.strictObject({
    id: idSchema,
    run: idSchema,
    kind: z.enum(['sample', 'mean', 'std', 'interval', 'sheet', 'fbp']),
    sample: z.int().min(0),
    strength: z.number().min(0).max(1).exactOptional(),
    width: z.int().min(1),
    height: z.int().min(1),
    isScan: z.boolean(),
    format: z.string().min(1),
  }),
  // Written by this program of what its own decoder gave.
  metadata: z.custom<StoredResult['metadata']>((value) => typeof value === 'object' && value !== null),
});

const runSchema = z.strictObject({
  run: idSchema,
  file: idSchema,
  /** Absent: the file itself. */
  document: idSchema.optional(),
  label: runLabelSchema.optional(),
  task: z.enum(TASKS),
  started: z.string(),
  isSaved: z.boolean(),
  crop: z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }).optional(),
  notices: z.array(z.string()),
  report: z
    .custom<NonNullable<RunSnapshot['report']>>((value) => typeof value === 'object' && value !== null)
    .optional(),
  results: z.array(resultSchema).min(1),
});
/** A run that has made something, as the next program finds it. */
export type KeptRun = z.infer<typeof runSchema>;

const keptSchema = z.strictObject({ version: z.literal(1), runs: z.array(runSchema) });

/** What runs have made, in a file that outlives the program, however it ends. Only runs with results are in it. */
export class KeptRuns {
  readonly #path: string;
  readonly #file: KeptFile;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  /** @throws file-unreadable */
  async read(): Promise<readonly KeptRun[]> {
    const kept = await readKeptFile(this.#path, (bytes) => keptSchema.parse(decode(bytes)));
    return kept?.runs ?? [];
  }

  /** @throws file-unwritable */
  write(runs: readonly KeptRun[]): Promise<void> {
    return this.#file.write(encode({ version: 1, runs }, { ignoreUndefined: true }));
  }
}
