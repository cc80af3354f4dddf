import type { FileInfo, Id } from '../../contract/app/values.ts';
import type { FileStore } from './file-store.ts';
import type { RecentFiles } from './recent-files.ts';
import { dialogsOf, type AppShell, type FilePurpose } from './shell.ts';

/** Opens files by path, and remembers which. */
export class Documents {
  readonly #files: FileStore;
  readonly #recent: RecentFiles;
  readonly #shell: AppShell;

  constructor(files: FileStore, recent: RecentFiles, shell: AppShell) {
    this.#files = files;
    this.#recent = recent;
    this.#shell = shell;
  }

  /** @throws file-not-found, file-unreadable */
  async open(path: string): Promise<FileInfo> {
    const file = await this.#files.addPath(path);
    await this.#recent.note(path);
    this.#shell.noteRecent?.(path);
    return file;
  }

  /** @throws file-not-found */
  async openRecent(id: Id): Promise<FileInfo> {
    return this.open(await this.#recent.path(id));
  }

  /** Pages of a host without dialogs see none: they could not tell where they lie. */
  async recent(): Promise<{ id: Id; name: string }[]> {
    return this.#shell.dialogs === undefined ? [] : this.#recent.list();
  }

  /** Forgets what was opened. */
  async clearRecent(): Promise<void> {
    await this.#recent.clear();
    this.#shell.recentCleared?.();
  }

  /** By the host's dialog; empty when dismissed. @throws unsupported-combination where there are none */
  async choose(purpose: FilePurpose, many: boolean): Promise<FileInfo[]> {
    const paths = await dialogsOf(this.#shell).openFiles(purpose, many);
    const isDocument = purpose === 'picture' || purpose === 'scan';
    return Promise.all(paths.map((path) => (isDocument ? this.open(path) : this.#files.addPath(path))));
  }
}
