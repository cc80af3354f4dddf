import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import type { FilePurpose, ShellDialogs } from '../app/shell.ts';

const pictures: FileFilter = {
  name: 'JPEG, PNG, WebP, TIFF, GIF',
  extensions: ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif'],
};
const scans: FileFilter = {
  name: 'DICOM, NumPy, TIFF, PNG',
  extensions: ['dcm', 'npy', 'tif', 'tiff', 'png', 'jpg', 'jpeg'],
};
const everything: FileFilter = { name: '*', extensions: ['*'] };

const filters: Readonly<Record<FilePurpose, readonly FileFilter[]>> = {
  picture: [pictures, everything],
  mask: [pictures, everything],
  kernel: [pictures, everything],
  scan: [scans, everything],
  angles: [{ name: 'Text', extensions: ['txt', 'csv'] }, everything],
  model: [{ name: 'ONNX, manifest.json', extensions: ['onnx', 'json'] }, everything],
};

/** The system's dialogs, in front of the window. Saving asks by itself before it replaces a file. */
export function nativeDialogs(window: () => BrowserWindow | undefined): ShellDialogs {
  return {
    async openFiles(purpose, many) {
      const options = {
        filters: [...filters[purpose]],
        properties: many ? ['openFile' as const, 'multiSelections' as const] : ['openFile' as const],
      };
      const parent = window();
      const { filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return filePaths;
    },
    async saveFile(suggested) {
      const options = { defaultPath: suggested, properties: ['showOverwriteConfirmation' as const] };
      const parent = window();
      const { filePath, canceled } = await (parent
        ? dialog.showSaveDialog(parent, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? undefined : filePath;
    },
    async openFolder() {
      const options = { properties: ['openDirectory' as const, 'createDirectory' as const] };
      const parent = window();
      const { filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return filePaths.at(0);
    },
  };
}
