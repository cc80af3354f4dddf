import type { PictureSave } from '../../src-main/contract/app/results.ts';
import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import { SLICE_FORMATS, OUTPUT_FORMATS } from '../../src-main/contract/jobs.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { ResultModel } from './result-model.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { deliverSaved } from '../state/pick-files.ts';

/** Formats that a result can be saved in. */
export function formatsOf(result: ResultInfo): readonly string[] {
  return result.isScan ? SLICE_FORMATS.filter((name) => name !== 'dicom') : OUTPUT_FORMATS;
}

/** Whether a format loses something, so that a quality has to be chosen. */
export function hasQuality(format: string): boolean {
  return format === 'jpeg' || format === 'webp';
}

/** A name for a result: of the picture, what was done to it and which of several results it is. */
export function suggestedName(picture: OpenPicture, result: ResultInfo, count: number, task: string): string {
  const stem = picture.file.name.replace(/\.[^.]+$/, '');
  const which = result.kind !== 'sample' ? `_${result.kind}` : count > 1 ? `_${result.sample + 1}` : '';
  return `${stem}_${task}${which}`.slice(0, 255);
}

/** How a result is saved unless people say otherwise: as they did it last. */
export function usualSave(app: AppState, picture: OpenPicture, result: ResultInfo): PictureSave {
  const { format, quality, metadata } = app.settings.save;
  const run = picture.history?.runOf(result.id) ?? picture.run?.withResults;
  const samples = run?.results.filter(({ kind }) => kind === 'sample').length ?? 1;
  const chosen = format === 'original' || result.isScan ? result.format : format;
  return {
    name: suggestedName(picture, result, samples, run?.task ?? picture.options.task),
    format: chosen,
    // The original's quality, where it is saved as it was.
    ...(hasQuality(chosen) && format !== 'original' && { quality }),
    metadata,
  };
}

/** Saves what a model shows and tells where it went. @returns whether it was saved or downloaded. */
export async function saveResult(app: AppState, model: ResultModel, save: PictureSave): Promise<boolean> {
  const saved = await app.attempt(async () => {
    const result = await model.settled();
    return result && app.client.call('saveResult', { result: result.id, save });
  });
  if (saved === undefined) return false;
  deliverSaved(app, saved);
  return saved.saved || 'download' in saved;
}
