/** A file of a folder, by its path below it with forward slashes. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** Files to upload together, and the name of what they were in. */
export interface DroppedFolder {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

/**
 * Everything in a drop: each folder with all below it, and loose files as one more folder. To be called while the event
 * is handled; browsers take the drop's contents away afterwards.
 * @param looseName  name of the folder of loose files.
 */
export async function droppedFolders(transfer: DataTransfer, looseName: string): Promise<DroppedFolder[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null);
  const folders: DroppedFolder[] = [];
  const loose: FolderFile[] = [];
  for (const entry of entries) {
    if (isDirectory(entry)) folders.push({ name: entry.name, files: await filesBelow(entry, '') });
    else loose.push({ path: entry.name, file: await fileOf(entry as FileSystemFileEntry) });
  }
  return loose.length > 0 ? [...folders, { name: looseName, files: loose }] : folders;
}

/** A folder chosen by `<input webkitdirectory>`; undefined when it was empty. */
export function chosenFolder(files: Iterable<File>): DroppedFolder | undefined {
  let name: string | undefined;
  const inside: FolderFile[] = [];
  for (const file of files) {
    const [top, ...below] = file.webkitRelativePath.split('/');
    name ??= top;
    inside.push({ path: below.length > 0 ? below.join('/') : file.name, file });
  }
  return name === undefined ? undefined : { name, files: inside };
}

async function filesBelow(folder: FileSystemDirectoryEntry, prefix: string): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = prefix + entry.name;
    if (isDirectory(entry)) found.push(...(await filesBelow(entry, `${path}/`)));
    else found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
  }
  return found;
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // Browsers give a hundred or so at a time, and nothing at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
