import { nodeFileSystem } from '../../../batch/node-file-system.ts';
import { listInputs } from '../../../batch/plan/list-inputs.ts';
import { LangevinError } from '../../../errors.ts';
import { formatOfExtension } from '../../../images/formats.ts';
import { confinedFiles } from '../batches/confined-files.ts';

/** A picture of a folder; `name` is its path below the folder, with forward slashes. */
export interface FolderPicture {
  readonly path: string;
  readonly name: string;
}

/**
 * The pictures of folders by the endings of their names, in the order of these.
 * @param isConfined  whether links that lead out of the folders are left alone.
 * @throws nothing-to-do where there are none; file-unreadable for a folder
 */
export async function folderPictures(
  folders: readonly string[],
  { recursive, isConfined }: { readonly recursive: boolean; readonly isConfined: boolean },
): Promise<{ readonly pictures: readonly FolderPicture[]; readonly notices: readonly string[] }> {
  const fs = isConfined ? await confinedFiles(nodeFileSystem, folders) : nodeFileSystem;
  const include = (name: string): boolean => formatOfExtension(name) !== undefined;
  const { inputs, problems, notices } = await listInputs(fs, folders, { recursive, include, exclude: [] });
  if (inputs.length === 0) {
    throw new LangevinError('nothing-to-do', 'There are no pictures in these folders; choose others.');
  }
  return { pictures: inputs, notices: [...notices, ...problems.map(({ message }) => message)] };
}
