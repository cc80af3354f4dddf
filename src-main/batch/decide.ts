import { join } from 'node:path';
import type { BatchProblem, BatchRequest, FileOutcome } from '../contract/batch.ts';
import { readFailure } from './failures.ts';
import { statusIfThere, type FileSystem } from './file-system.ts';
import { isUnchanged, sha256Of } from './fingerprint.ts';
import { pastWork, type History } from './journal/history.ts';
import type { IntentRecord } from './journal/records.ts';
import type { MaskFinder } from './masks/mask-finder.ts';
import type { DueItem } from './pipeline/passenger.ts';
import type { PlanItem } from './plan/plan.ts';

/** What is to be done about an input. */
export type Decision =
  | ({ readonly kind: 'due' } & DueItem)
  /** An earlier run did it; `confirm` when that run died before it could say so in the journal. */
  | { readonly kind: 'earlier'; readonly intent: IntentRecord; readonly confirm: boolean }
  | { readonly kind: 'skipped'; readonly item: PlanItem; readonly reason: string }
  | ({ readonly kind: 'failed'; readonly item: PlanItem } & BatchProblem);

export interface DecideOptions {
  readonly fs: FileSystem;
  readonly request: BatchRequest;
  readonly masks: MaskFinder;
  /** Hashes of the settings whose results stand; empty when nothing is resumed. */
  readonly hashes: readonly string[];
  readonly history: History;
}

/**
 * Decides about one input: what an earlier run has done stands as long as the input, its mask and the outputs are as
 * that run left them; for the rest, the policy for existing outputs holds, except that a batch may always replace what
 * it has made itself.
 */
export async function decide(item: PlanItem, options: DecideOptions): Promise<Decision> {
  const { fs, request, masks, hashes, history } = options;
  const past = pastWork(history, hashes, item.name);
  try {
    if (past !== undefined) {
      const { intent, confirmed } = past;
      const stands =
        (await areInPlace(fs, request.output, intent, confirmed)) &&
        (await isUnchanged(fs, item.path, item, intent.source)) &&
        (await masks.isUnchanged(item, intent.mask));
      if (stands) return { kind: 'earlier', intent, confirm: !confirmed };
      if (confirmed || (await areOurs(fs, request.output, intent))) return { kind: 'due', item, mayReplace: true };
    }
  } catch (error) {
    return { kind: 'failed', item, ...problem(item.path, error) };
  }
  if (!item.outputExists || request.existing === 'overwrite') {
    return { kind: 'due', item, mayReplace: request.existing === 'overwrite' };
  }
  const names = item.outputs.join(', ');
  if (request.existing === 'skip') return { kind: 'skipped', item, reason: `The output ${names} exists.` };
  return {
    kind: 'failed',
    item,
    code: 'output-exists',
    message:
      `The output ${names} exists in ${request.output}. Go on with an earlier batch by --resume, or say what to do by ` +
      '--existing skip or --existing overwrite.',
  };
}

/** The outcome in the report of an input that an earlier run has done. */
export function earlierOutcome({ input, outputs, ...made }: IntentRecord): FileOutcome {
  const { width, height, seconds, nfe, notices, thumbnails } = made;
  return {
    status: 'done',
    input,
    outputs: outputs.map(({ name }) => name),
    width,
    height,
    seconds,
    nfe,
    earlier: true,
    notices,
    ...(thumbnails === undefined ? {} : { thumbnails }),
  };
}

/**
 * Whether all outputs are there. Those of a run that said so may have been touched up since and stand as they are; of a
 * run that died in between, only the recorded contents prove that the file is its output.
 */
async function areInPlace(
  fs: FileSystem,
  folder: string,
  { outputs }: IntentRecord,
  confirmed: boolean,
): Promise<boolean> {
  for (const { name, sha256: expected } of outputs) {
    const path = join(folder, name);
    if ((await statusIfThere(fs, path))?.kind !== 'file') return false;
    if (!confirmed && (await sha256Of(fs, path)) !== expected) return false;
  }
  return true;
}

/** Whether those outputs that are there are what a run made that died: some samples may have got their names. */
async function areOurs(fs: FileSystem, folder: string, { outputs }: IntentRecord): Promise<boolean> {
  for (const { name, sha256: expected } of outputs) {
    const path = join(folder, name);
    const status = await statusIfThere(fs, path);
    if (status !== undefined && (status.kind !== 'file' || (await sha256Of(fs, path)) !== expected)) return false;
  }
  return true;
}

function problem(path: string, error: unknown): BatchProblem {
  const { code, message } = readFailure(path, error);
  return { code, message };
}
