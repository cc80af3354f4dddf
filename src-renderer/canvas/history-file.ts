import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { bytesSchema } from '../../src-main/contract/app/values.ts';
import { group, type History, type HistoryEntry } from './history.ts';
import { maskChange } from './mask-document.ts';
import type { MaskLayer, TilePatch } from './mask-layer.ts';
import { decodeTile } from './tile-codec.ts';

/** Memory that kept steps may take together; those that are farthest from the present are left out beyond it. */
const MOST_BYTES = 2 ** 20;
const MOST_STEPS = 500;

const patchSchema = z.array(z.strictObject({ index: z.int().min(0), code: bytesSchema })).max(65_536);
const stepSchema = z.strictObject({ label: z.string().max(64), patches: z.array(patchSchema).min(1).max(1000) });
const keptSchema = z.strictObject({
  version: z.literal(1),
  undo: z.array(stepSchema).max(MOST_STEPS),
  redo: z.array(stepSchema).max(MOST_STEPS),
});
type Step = z.infer<typeof stepSchema>;

/**
 * The steps nearest to the present that change nothing but the mask, as bytes for autosave; undefined where there is none. A
 * step that heals ends them: what was undone of that is forgotten with the program.
 */
export function serializeHistory({ entries: { undo, redo } }: History): Uint8Array | undefined {
  let left = MOST_BYTES;
  const nearest = (entries: readonly HistoryEntry[]): Step[] => {
    const steps: Step[] = [];
    for (const { label, bytes, patches } of entries.toReversed()) {
      if (patches === undefined || bytes > left || steps.length === MOST_STEPS) break;
      left -= bytes;
      if (patches.length > 0) steps.unshift({ label, patches: patches.map(({ tiles }) => [...tiles]) });
    }
    return steps;
  };
  const kept = { version: 1, undo: nearest(undo), redo: nearest(redo) };
  return kept.undo.length + kept.redo.length === 0 ? undefined : encode(kept);
}

/**
 * Lets the history of a mask go on with what `serializeHistory` has kept. Anybody may have made the bytes: steps that do not fit
 * the mask are left out, with all that lie beyond them.
 */
export function resumeHistory(bytes: Uint8Array, layer: MaskLayer, history: History): void {
  let kept: z.infer<typeof keptSchema>;
  try {
    kept = keptSchema.parse(decode(bytes));
  } catch {
    return;
  }
  const nearest = (steps: readonly Step[]): HistoryEntry[] => {
    const entries: HistoryEntry[] = [];
    for (const step of steps.toReversed()) {
      if (!step.patches.every((tiles) => fits(tiles, layer))) break;
      entries.unshift(entryOf(step, layer));
    }
    return entries;
  };
  history.goOn(nearest(kept.undo), nearest(kept.redo));
}

function fits(tiles: TilePatch['tiles'], layer: MaskLayer): boolean {
  try {
    for (const { index, code } of tiles) {
      if (index >= layer.columns * layer.rows) return false;
      const { width, height } = layer.tileRect(index);
      decodeTile(code, width * height);
    }
    return true;
  } catch {
    return false;
  }
}

function entryOf({ label, patches }: Step, layer: MaskLayer): HistoryEntry {
  const entries = patches.map((tiles) =>
    maskChange(layer, label, { tiles, bytes: tiles.reduce((sum, { code }) => sum + code.length + 64, 0) }),
  );
  return entries.length === 1 ? entries[0] : group(label, entries);
}
