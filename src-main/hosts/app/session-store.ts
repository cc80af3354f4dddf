import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { sessionSchema, type Session } from '../../contract/app/session.ts';
import { idSchema, type FileInfo, type Id } from '../../contract/app/values.ts';
import { fileInfo, type FileStore } from './file-store.ts';
import { KeptFile, readKeptFile } from './kept-file.ts';

/** What the file holds: the session, and where its files are. */
const keptSchema = z.strictObject({
  version: z.literal(1),
  session: sessionSchema,
  files: z.array(
    z.strictObject({
      id: idSchema,
      name: z.string().min(1),
      path: z.string().min(1),
      isCopy: z.boolean(),
      document: idSchema.optional(),
    }),
  ),
});
type Kept = z.infer<typeof keptSchema>;

/** What is open, in a file that outlives the program, however it ends. */
export class SessionStore {
  readonly #path: string;
  readonly #file: KeptFile;
  readonly #files: FileStore;
  #session: Session = { tabs: [] };

  constructor(path: string, files: FileStore) {
    this.#path = path;
    this.#file = new KeptFile(path);
    this.#files = files;
  }

  /** Takes back what was open; tabs whose file is gone are left out. */
  async load(): Promise<void> {
    const kept = await readKeptFile<Kept>(this.#path, (bytes) => keptSchema.parse(decode(bytes)));
    if (kept !== undefined) {
      for (const file of kept.files) await this.#files.restore(file);
      const { tabs, active } = kept.session;
      const there = tabs.filter(({ file, document = file }) => this.#files.has(file) && this.#files.has(document));
      const front = active === undefined ? -1 : there.indexOf(tabs[active]);
      // Runs end with the program.
      const withoutRuns = there.map(({ run: _run, ...tab }) => tab);
      this.#session = { tabs: withoutRuns, ...(front < 0 ? {} : { active: front }) };
    }
    await this.#files.sweep();
  }

  read(): Session & { readonly files: readonly FileInfo[] } {
    const ids = filesOf(this.#session).filter((id) => this.#files.has(id));
    return { ...this.#session, files: ids.map((id) => fileInfo(this.#files.get(id))) };
  }

  /** Whether a file is open, so that it is there again at the next start. */
  has(file: Id): boolean {
    return filesOf(this.#session).includes(file);
  }

  /** The file of the tab in front, as it was opened. */
  get front(): Id | undefined {
    const { tabs, active } = this.#session;
    const tab = active === undefined ? undefined : tabs.at(active);
    return tab?.document ?? tab?.file;
  }

  /** @throws file-not-found for a file that the host does not know; file-unwritable */
  async save(session: Session): Promise<void> {
    const files = filesOf(session).map((id) => {
      const { bytes: _bytes, ...file } = this.#files.get(id);
      return file;
    });
    this.#session = session;
    const kept: Kept = { version: 1, session, files };
    await this.#file.write(encode(kept, { ignoreUndefined: true }));
  }
}

function filesOf({ tabs }: Session): readonly Id[] {
  const ids = tabs.flatMap(({ file, document = file, before = file, adjusted }) => [
    ...[file, document, before],
    ...(adjusted ? [adjusted.of] : []),
  ]);
  return [...new Set(ids)];
}
