import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import type { PictureContent } from '../../src-main/contract/app/values.ts';
import type { Task } from '../../src-main/contract/restore-options.ts';

/**
 * The model to begin with for a task and a picture: the one chosen last for the task where it fits, else the first that
 * does. Models of grey pictures fit no picture in colour; scans are always grey.
 * @returns undefined when no model fits.
 */
export function chooseModel(
  models: readonly ModelInfo[],
  task: Task,
  mode: PictureContent['mode'],
  remembered: string | undefined,
): string | undefined {
  const needsColour = task !== 'reconstruct' && (mode === 'rgb' || mode === 'rgb-alpha' || task === 'colorize');
  const usable = models
    .filter((model) => model.tasks.includes(task) && model.problem === undefined)
    .filter(({ channels }) => !needsColour || channels === 3);
  const best = task === 'reconstruct' ? usable : usable.toSorted((a, b) => b.channels - a.channels);
  return (best.find(({ name }) => name === remembered) ?? best[0])?.name;
}
