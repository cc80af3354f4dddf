import maskUrl from '../../resources/samples/chelsea-mask.png?url';
import noisyAfterUrl from '../../resources/samples/chelsea-noisy-after.webp?url';
import noisyUrl from '../../resources/samples/chelsea-noisy.png?url';
import scratchedAfterUrl from '../../resources/samples/chelsea-scratched-after.webp?url';
import scratchedUrl from '../../resources/samples/chelsea-scratched.png?url';
import smallAfterUrl from '../../resources/samples/chelsea-small-after.webp?url';
import smallUrl from '../../resources/samples/chelsea-small.png?url';
import type { RestoreOptions, Task } from '../../src-main/contract/restore-options.ts';
import { upload } from '../client/add-file.ts';
import { maskFromFile } from '../editor/mask-requests.ts';
import type { MessageKey } from '../i18n/translate.svelte.ts';
import { panelOf } from '../panel/panel-model.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';

/** A picture that comes with the program, to try a task with. */
export interface Sample {
  readonly id: 'scratches' | 'noise' | 'small';
  readonly title: MessageKey;
  readonly task: Task;
  readonly options: Partial<RestoreOptions>;
  /** Name of the file that it is opened as. */
  readonly name: string;
  readonly before: string;
  /** What the program has made of it. */
  readonly after: string;
  /** What is marked. */
  readonly mask?: string;
}

/** One for each kind of task: parts are lost, all of it is disturbed, it is too small. */
export const samples: readonly Sample[] = [
  {
    ...{ id: 'scratches', title: 'start.sample-scratches', task: 'inpaint', options: {} },
    ...{ name: 'chelsea-scratched.png', before: scratchedUrl, after: scratchedAfterUrl, mask: maskUrl },
  },
  {
    ...{ id: 'noise', title: 'start.sample-noise', task: 'denoise', options: { noise: 25 } },
    ...{ name: 'chelsea-noisy.png', before: noisyUrl, after: noisyAfterUrl },
  },
  {
    ...{ id: 'small', title: 'start.sample-small', task: 'super-resolve', options: { scale: 2 } },
    ...{ name: 'chelsea-small.png', before: smallUrl, after: smallAfterUrl },
  },
];

/** Opens a sample with everything set, so that only Restore is to be pressed. */
export async function openSample(app: AppState, { name, before, mask, task, options }: Sample): Promise<void> {
  await app.attempt(async () => {
    await app.pictures.add([await fileOf(before, name)]);
    const picture = app.pictures.active;
    if (picture?.file.name !== name) return;
    const panel = panelOf(app, picture);
    panel.chooseTask(task);
    panel.change(options);
    if (mask !== undefined) {
      const file = await upload(app.client, await fileOf(mask, 'mask.png'));
      await maskFromFile(app, picture, file);
    }
  });
}

async function fileOf(address: string, name: string): Promise<File> {
  return new File([await (await fetch(address)).arrayBuffer()], name, { type: 'image/png' });
}
