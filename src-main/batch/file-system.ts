export type FileKind = 'file' | 'folder' | 'other';

/** What the file system tells about a path, links followed. */
export interface FileStatus {
  readonly kind: FileKind;
  readonly size: number;
  /** Milliseconds since 1970, with fractions. */
  readonly modifiedMs: number;
  readonly accessedMs: number;
  /** The same for two paths exactly when they are the same file; undefined where the file system has no such thing. */
  readonly identity: string | undefined;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: FileKind | 'link';
}

export interface FileTimes {
  readonly modifiedMs: number;
  readonly accessedMs: number;
}

/** What a file is made of: bytes, or those of a file of ours. */
export type Contents = Uint8Array | { readonly path: string };

/** A file that only grows, for one writer. */
export interface AppendFile {
  /** Bytes that are safely in it. */
  readonly length: number;
  /**
   * Writes all bytes at the end and waits until the disk has them. After a failure the file is as long as before, so
   * that the same call can be made again.
   */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * All that a batch does to files, so that tests can let any of it fail. Errors are those of Node.js, with a `code`
 * such as ENOSPC.
 */
export interface FileSystem {
  list(folder: string): Promise<FolderEntry[]>;
  status(path: string): Promise<FileStatus>;
  realPath(path: string): Promise<string>;
  /** @param limit  so many bytes only. @param from  the first of them. */
  read(path: string, limit?: number, from?: number): Promise<Uint8Array>;
  /** All bytes, in parts that are good until the next one is asked for. */
  readParts(path: string): AsyncIterable<Uint8Array>;
  /** Makes a file that must not exist and waits until the disk has its contents; leaves nothing behind on failure. */
  create(path: string, contents: Contents, times?: FileTimes): Promise<void>;
  /**
   * Opens a file to append to, making it when there is none.
   * @param keep  bytes to keep; the rest, such as the torn end of a crashed writer, is cut off.
   */
  openAppend(path: string, keep: number): Promise<AppendFile>;
  /** Replaces what is at `to`, at once or not at all. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; fails with EEXIST where one is. */
  link(from: string, to: string): Promise<void>;
  /** No failure when there is nothing. */
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Waits until the disk has the names in a folder. */
  syncFolder(path: string): Promise<void>;
}

/** The code of a file system's error ("ENOENT", …), or undefined for anything else. */
export function failureCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return error instanceof Error && typeof code === 'string' ? code : undefined;
}

/** What is at a path, or undefined when nothing is. */
export async function statusIfThere(fs: FileSystem, path: string): Promise<FileStatus | undefined> {
  try {
    return await fs.status(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

export function isAbsence(error: unknown): boolean {
  const code = failureCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
