import type { AppState } from './app-state.svelte.ts';
import type { OpenPicture } from './open-picture.svelte.ts';
import { deliverSaved } from './pick-files.ts';

/** Saves a picture with its mask, strokes, settings, results and steps as one file. */
export async function saveProject(app: AppState, picture: OpenPicture): Promise<void> {
  await app.attempt(async () => {
    const { id: file } = await app.client.call('makeProject', { tab: picture.toSession() });
    try {
      deliverSaved(app, await app.client.call('saveFile', { file }));
    } finally {
      await app.client.call('forgetFile', { file });
    }
  });
}
