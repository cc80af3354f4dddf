import type { RecentFile } from '../../contract/app/replies.ts';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import { LangevinError } from '../../errors.ts';
import type { FileStore } from './file-store.ts';
import type { RecentEntry, RecentFiles } from './recent-files.ts';
import type { RecentThumbnails } from './recent-thumbnails.ts';
import { dialogsOf, type AppShell, type FilePurpose } from './shell.ts';

/** Opens files, and remembers which. */
export class Documents {
  readonly #files: FileStore;
  readonly #recent: RecentFiles;
  readonly #thumbnails: RecentThumbnails;
  readonly #shell: AppShell;

  constructor(files: FileStore, recent: RecentFiles, thumbnails: RecentThumbnails, shell: AppShell) {
    this.#files = files;
    this.#recent = recent;
    this.#thumbnails = thumbnails;
    this.#shell = shell;
  }

  /** @throws file-not-found, file-unreadable */
  async open(path: string): Promise<FileInfo> {
    const file = await this.#files.addPath(path);
    await this.#recent.note(path);
    this.#shell.noteRecent?.(path);
    return file;
  }

  /** A picture has been read for a tab: one that was uploaded stays when it is closed. */
  async noteShown(id: Id): Promise<void> {
    const file = this.#files.get(id);
    if (file.isCopy && file.document === undefined) await this.#recent.noteCopy(file);
  }

  /** @throws file-not-found */
  async openRecent(id: Id): Promise<FileInfo> {
    const { name, path, copy } = await this.#entry(id);
    return copy === undefined ? this.open(path) : this.#files.addCopyOf(name, path);
  }

  /** A small JPEG file. @throws file-not-found, and what reading and decoding throw */
  async thumbnail(id: Id): Promise<Uint8Array> {
    return this.#thumbnails.of(await this.#entry(id));
  }

  /** Pages of a host without dialogs see only what was uploaded: where files lie is not their affair. */
  async recent(): Promise<RecentFile[]> {
    const all = await this.#recent.list();
    return this.#shell.dialogs === undefined ? all.filter(({ copyBytes }) => copyBytes !== undefined) : all;
  }

  /** Forgets what was opened, with the copies and small pictures of it. */
  async clearRecent(): Promise<void> {
    await this.#recent.clear();
    await this.#thumbnails.clear();
    this.#shell.recentCleared?.();
  }

  /** By the host's dialog; empty when dismissed. @throws unsupported-combination where there are none */
  async choose(purpose: FilePurpose, many: boolean): Promise<FileInfo[]> {
    const paths = await dialogsOf(this.#shell).openFiles(purpose, many);
    const isDocument = purpose === 'picture' || purpose === 'scan';
    return Promise.all(paths.map((path) => (isDocument ? this.open(path) : this.#files.addPath(path))));
  }

  async #entry(id: Id): Promise<RecentEntry> {
    const entry = await this.#recent.get(id);
    if (entry.copy !== undefined || this.#shell.dialogs !== undefined) return entry;
    throw new LangevinError('file-not-found', 'There is no such recent file; it may have been closed or forgotten.');
  }
}
