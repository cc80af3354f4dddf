import { shell } from 'electron';

/** Shows a file in the system's file manager, without opening it. The only use of Electron's `shell`. */
export function showInFolder(path: string): void {
  shell.showItemInFolder(path);
}
