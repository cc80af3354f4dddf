import { upload } from '../client/add-file.ts';
import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import type { Saved } from '../../src-main/contract/app/results.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from './app-state.svelte.ts';

export type FilePurpose = AppRequest<'chooseFiles'>['purpose'];

/** What the file picker of the browser offers first. */
const accepted: Readonly<Record<FilePurpose, string>> = {
  picture: 'image/*,.tif,.tiff,.jxl,.avif,.heic,.langevin',
  mask: 'image/*,.tif,.tiff',
  kernel: 'image/*,.tif,.tiff,.npy',
  scan: 'image/*,.npy,.dcm,.dicom,.ima,.tif,.tiff,.h5,.hdf5',
  angles: '.txt,.csv,.json,.npy',
  model: '.zip,.onnx,.json',
  recipe: '.json',
};

/**
 * Lets people choose files: by the host's dialog where it has one, by the browser's otherwise, which uploads them.
 * Empty when dismissed.
 * @throws LangevinError of the host.
 */
export async function pickFiles(app: AppState, purpose: FilePurpose, many = false): Promise<readonly FileInfo[]> {
  if (app.host?.dialogs === true) return app.client.call('chooseFiles', { purpose, many });
  const files = await pickInBrowser(accepted[purpose], many);
  return Promise.all(files.map((file) => upload(app.client, file)));
}

/** Tells what became of something saved, and hands over the download where the host gives one. */
export function deliverSaved(app: AppState, saved: Saved): void {
  if (saved.saved) {
    const { name, place } = saved;
    const show = (): void => void app.attempt(() => app.client.call('showInFolder', { place: place! }));
    app.tell(
      t('app.saved', { name }),
      'information',
      place === undefined ? undefined : { label: t('action.show-in-folder'), perform: show },
    );
  } else if ('download' in saved) {
    const { name, bytes } = saved.download;
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser reads the blob after the click has returned.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    app.tell(t('app.downloaded', { name }));
  }
}

/** Saves a file that the page has made: by the host's dialog where it has one, as a download otherwise. */
export async function deliverFile(app: AppState, file: File): Promise<void> {
  if (app.host?.dialogs !== true) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    deliverSaved(app, { saved: false, download: { name: file.name, bytes } });
    return;
  }
  const { id } = await upload(app.client, file);
  deliverSaved(app, await app.client.call('saveFile', { file: id }));
  await app.client.call('forgetFile', { file: id });
}

function pickInBrowser(accept: string, multiple: boolean): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.multiple = multiple;
    input.hidden = true;
    const chosen = (files: readonly File[]): void => {
      input.remove();
      resolve(files);
    };
    input.addEventListener('change', () => chosen([...(input.files ?? [])]));
    input.addEventListener('cancel', () => chosen([]));
    // Outside the document nothing holds the field: it may be collected, and the choice lost, while people choose.
    document.body.append(input);
    input.click();
  });
}
