import {
  parseRestoreOptions,
  restoreOptionsSchema,
  type RestoreOptions,
  type Task,
} from '../../src-main/contract/restore-options.ts';
import { LangevinError } from '../../src-main/errors.ts';

/** What makes a run happen again. */
export interface RunSettings {
  readonly options: RestoreOptions;
  /** Name of the network, where it is known. */
  readonly model?: string;
}

/** The settings as text, as `langevin restore --config` and `readSettings` take them. */
export function writeSettings({ options, model }: RunSettings): string {
  return JSON.stringify({ ...(model === undefined ? {} : { model }), options }, undefined, 2);
}

/**
 * Reads settings from text: what `writeSettings` gives, the report of a run, the last such line of a `--json` output, or
 * options alone, such as {"steps": 30}.
 * @param task  of options that say none.
 * @throws invalid-argument, naming what is wrong.
 */
export function readSettings(text: string, task: Task): RunSettings {
  const lines = text.split('\n').map(objectOf);
  const found = objectOf(text) ?? lines.findLast((line) => line?.['options'] !== undefined);
  if (found === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'This is neither a JSON object of options, such as {"steps": 30}, nor the report of a run.',
    );
  }
  const { options = found, model } = found;
  const given = typeof options === 'object' && options !== null ? options : {};
  // A report also says what belongs to the picture that it was made of.
  const { slice: _slice, page: _page, ...portable } = given as Record<string, unknown>;
  const checked = parseRestoreOptions({ task, ...portable });
  return { options: checked, ...(typeof model === 'string' ? { model } : {}) };
}

/** The options in short, for a message: those that are not the defaults of the task. */
export function settingNames({ options }: RunSettings): string[] {
  const usual = restoreOptionsSchema.parse({ task: options.task });
  return Object.entries(options)
    .filter(([name, value]) => name !== 'task' && value !== usual[name as keyof RestoreOptions])
    .map(([name]) => name);
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
