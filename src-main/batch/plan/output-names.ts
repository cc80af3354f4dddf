import { posix } from 'node:path';
import type { Task } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { hasNoEnding } from './input-names.ts';

const FIELDS = ['name', 'file', 'task', 'ext', 'sample', 'seed'] as const;
type Field = (typeof FIELDS)[number];

/** Longest name of a file on the usual file systems, in bytes. */
const LONGEST_NAME = 255;

export interface NameOptions {
  /**
   * {name} is the input's name without its ending, {file} with it, {ext} the ending of the output; {task}, {sample}
   * and {seed} speak for themselves.
   */
  readonly template: string;
  readonly task: Task;
  readonly seed: number;
  readonly samples: number;
}

/**
 * Checks a template before any work.
 * @throws invalid-argument for unknown fields, folders in it, and templates that give every file the same name.
 */
export function checkTemplate(template: string): void {
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, field]) => field).filter((field) => !isField(field));
  const problem =
    unknown.length > 0
      ? `knows no {${unknown[0]}}; its fields are ${FIELDS.map((field) => `{${field}}`).join(', ')}`
      : /[\\/]/.test(template)
        ? 'contains a slash; outputs go to the folder that their input is in, below the output folder'
        : !/\{(name|file)\}/.test(template)
          ? 'lacks {name} and {file}, so that all outputs would have the same name'
          : template.startsWith('.')
            ? 'starts with a dot, so that the outputs would be hidden'
            : undefined;
  if (problem !== undefined) {
    throw new LangevinError('invalid-argument', `The file name template ${JSON.stringify(template)} ${problem}.`);
  }
}

/**
 * Where the samples of an input go, below the output folder: the tree is mirrored. Several samples of one picture get
 * their number from {sample}, or as -1, -2, … before the ending.
 * @param input      below the source, with forward slashes.
 * @param extension  of the output, without a dot.
 */
export function outputNames(input: string, extension: string, options: NameOptions): string[] {
  const { template, task, seed, samples } = options;
  const { dir, name: stem, base } = posix.parse(input);
  // The last number of a UID is no ending.
  const name = hasNoEnding(base) ? base : stem;
  return Array.from({ length: samples }, (_, i) => {
    const values: Record<Field, string> = {
      name,
      file: base,
      task,
      ext: extension,
      sample: `${i + 1}`,
      seed: `${seed}`,
    };
    // A function as replacement: names may contain $&.
    const plain = template.replace(/\{(\w+)\}/g, (_whole, field: Field) => values[field]);
    if (samples === 1 || template.includes('{sample}')) return posix.join(dir, plain);
    const { name: stem, ext } = posix.parse(plain);
    return posix.join(dir, `${stem}-${i + 1}${ext}`);
  });
}

/** Whether a name is longer than file systems allow. */
export function isTooLong(output: string): boolean {
  return Buffer.byteLength(posix.basename(output)) > LONGEST_NAME;
}

function isField(field: string): field is Field {
  return FIELDS.some((known) => known === field);
}
