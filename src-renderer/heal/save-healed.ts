import type { PictureSave } from '../../src-main/contract/app/results.ts';
import { hasQuality } from '../result/save-result.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { deliverSaved } from '../state/pick-files.ts';

/** How a healed picture is saved: in the format people chose last, or that of the file. */
export function usualHealedSave(app: AppState, { file, content }: OpenPicture): PictureSave {
  const { format, quality, metadata } = app.settings.save;
  const own = content.format === 'gif' ? 'png' : content.format;
  const chosen = format === 'original' ? own : format;
  return {
    name: `${file.name.replace(/\.[^.]+$/, '')}_healed`.slice(0, 255),
    format: chosen,
    // The original's quality, where it is saved as it was.
    ...(hasQuality(chosen) && format !== 'original' && { quality }),
    metadata,
  };
}

/** Saves the picture as healed and tells where it went. */
export async function saveHealed(app: AppState, picture: OpenPicture): Promise<void> {
  await app.attempt(async () => {
    const request = { file: picture.file.id, save: usualHealedSave(app, picture) };
    deliverSaved(app, await app.client.call('saveHealed', request));
  });
}
