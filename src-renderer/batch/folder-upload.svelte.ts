import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { FolderInfo } from '../../src-main/contract/app/batch.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { uploadInto } from '../client/add-file.ts';
import type { DroppedFolder } from './dropped-folders.ts';

/** Files that are on their way at once. */
const PARALLEL = 3;

/** Copies a folder of the page to the host. */
export class FolderUpload {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  sentFiles = $state(0);
  sentBytes = $state(0);
  #isCancelled = false;
  readonly #folder: DroppedFolder;

  constructor(folder: DroppedFolder) {
    this.#folder = folder;
    this.name = folder.name;
    this.count = folder.files.length;
    this.bytes = folder.files.reduce((sum, { file }) => sum + file.size, 0);
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  /** @throws LangevinError of the host; cancelled */
  async send(client: AppClient): Promise<FolderInfo> {
    const folder = await client.call('createFolder', { name: this.name });
    const waiting = [...this.#folder.files];
    const sendSome = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (this.#isCancelled) throw new LangevinError('cancelled', 'Cancelled.');
        await uploadInto(client, folder.id, next.path, next.file);
        this.sentFiles++;
        this.sentBytes += next.file.size;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, sendSome));
    return folder;
  }
}
