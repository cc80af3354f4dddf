import sampleUrl from '../../resources/samples/chelsea-scratched.png?url';
import type { AppState } from '../state/app-state.svelte.ts';

/** Opens the scratched sample picture that comes with the program. */
export async function openSample(app: AppState): Promise<void> {
  await app.attempt(async () => {
    const bytes = await (await fetch(sampleUrl)).arrayBuffer();
    await app.pictures.add([new File([bytes], 'chelsea-scratched.png', { type: 'image/png' })]);
  });
}
