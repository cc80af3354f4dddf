import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import { dirname } from 'node:path';
import type { FilePurpose, ShellDialogs } from '../app/shell.ts';
import type { NativeTexts } from './texts.ts';

const pictures = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif'];
const scans = ['dcm', 'npy', 'tif', 'tiff', 'png', 'jpg', 'jpeg'];

function filtersFor(purpose: FilePurpose, texts: NativeTexts): FileFilter[] {
  const offered: Readonly<Record<FilePurpose, FileFilter>> = {
    picture: { name: texts.picturesAndProjects, extensions: [...pictures, 'langevin'] },
    mask: { name: texts.pictures, extensions: pictures },
    kernel: { name: texts.pictures, extensions: pictures },
    scan: { name: texts.scans, extensions: scans },
    angles: { name: texts.angles, extensions: ['txt', 'csv'] },
    model: { name: texts.models, extensions: ['onnx', 'json'] },
    recipe: { name: texts.recipes, extensions: ['json'] },
  };
  return [offered[purpose], { name: texts.everything, extensions: ['*'] }];
}

/**
 * The system's dialogs, in front of the window. Each purpose begins in the folder where it was last. Saving asks by itself
 * before it replaces a file.
 */
export function nativeDialogs(window: () => BrowserWindow | undefined, texts: () => NativeTexts): ShellDialogs {
  const folders = new Map<string, string>();
  const open = async (purpose: string, options: OpenDialogOptions): Promise<string[]> => {
    const folder = folders.get(purpose);
    const asked = { ...options, ...(folder === undefined ? {} : { defaultPath: folder }) };
    const parent = window();
    const { filePaths } = await (parent ? dialog.showOpenDialog(parent, asked) : dialog.showOpenDialog(asked));
    if (filePaths.length > 0) folders.set(purpose, dirname(filePaths[0]));
    return filePaths;
  };
  return {
    openFiles: (purpose, many) =>
      open(purpose, {
        filters: filtersFor(purpose, texts()),
        properties: many ? ['openFile', 'multiSelections'] : ['openFile'],
      }),
    async saveFile(suggested) {
      const options = { defaultPath: suggested, properties: ['showOverwriteConfirmation' as const] };
      const parent = window();
      const { filePath, canceled } = await (parent
        ? dialog.showSaveDialog(parent, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? undefined : filePath;
    },
    async openFolder(purpose) {
      return (await open(purpose, { properties: ['openDirectory', 'createDirectory'] })).at(0);
    },
  };
}
