import type { MarkedBlur } from '../../src-main/contract/app/recipes.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import type { RestoreOptions } from '../../src-main/contract/restore-options.ts';

/** Where the blur of a chain of damages comes from, besides numbers. */
export interface BlurSources {
  /** A picture of the blur, where one was chosen. */
  readonly kernel: FileInfo | undefined;
  readonly chooseKernel: () => void;
  /** Whether anything is marked that the blur could be read from. */
  readonly isMarked: boolean;
  /** Reads it from what is marked; absent where there are many pictures. */
  readonly measure?: (as: MarkedBlur['as']) => void;
  readonly isMeasuring?: boolean;
}

type BlurOptions = Pick<RestoreOptions, 'task' | 'blurSigma' | 'damage'>;

/** Whether a run takes the picture of a blur, if there is one. */
export function takesKernel({ task, damage }: BlurOptions): boolean {
  return task === 'deblur' || (task === 'compound' && isFromFile(damage));
}

/** Whether a run needs a blur that has not been said. */
export function lacksBlur({ task, blurSigma, damage }: BlurOptions, kernel: FileInfo | undefined): boolean {
  if (kernel !== undefined) return false;
  return task === 'deblur' ? blurSigma === undefined : task === 'compound' && isFromFile(damage);
}

function isFromFile(damage: BlurOptions['damage']): boolean {
  return typeof damage?.blur === 'object' && damage.blur.kind === 'file';
}
