import type { HostInfo } from '../../contract/app/replies.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import { LangevinError } from '../../errors.ts';
import type { Places } from './places.ts';

/** What files a dialog is to offer. */
export type FilePurpose = 'picture' | 'mask' | 'kernel' | 'scan' | 'angles' | 'model' | 'recipe';

/** Native dialogs; paths stay on the host's side. */
export interface ShellDialogs {
  /** Absolute paths; empty when dismissed. */
  openFiles(purpose: FilePurpose, many: boolean): Promise<readonly string[]>;
  /**
   * Asks before an existing file is replaced.
   * @param suggested  absolute path, or a file name where no folder is known.
   * @returns undefined when dismissed.
   */
  saveFile(suggested: string): Promise<string | undefined>;
  openFolder(purpose: 'batch-input' | 'batch-output' | 'batch-masks' | 'results'): Promise<string | undefined>;
}

/** What the service needs from where it runs; each kind of host has one. */
export interface AppShell {
  readonly kind: HostInfo['kind'];
  readonly version: string;
  /** Whether the host can look for newer versions of itself. */
  readonly canUpdate?: boolean | undefined;
  /** Absent: the renderer uploads and downloads. */
  readonly dialogs?: ShellDialogs | undefined;
  /** Files were opened or saved: for the system's list of recent documents. */
  readonly noteRecent?: ((path: string) => void) | undefined;
  /** Where files have been saved, for a system whose file manager can show them. */
  readonly places?: Places | undefined;
  /** Begins a drag of a file out of the window, while the pointer is down. @param icon  PNG */
  readonly startDrag?: ((path: string, icon: Uint8Array) => void) | undefined;
  /** Settings have been changed. */
  readonly settingsChanged?: ((settings: AppSettings) => void) | undefined;
  /** The list of recent files has been emptied. */
  readonly recentCleared?: (() => void) | undefined;
  /** Texts of the licences of what the program contains, where they are known. */
  readonly licences?: (() => Promise<string | undefined>) | undefined;
  /** A fault of the program itself, with its stack, for whoever looks at the host's log; pages only get its message. */
  readonly logFault?: ((error: unknown) => void) | undefined;
}

/** @throws unsupported-combination where the host has no file manager */
export function placesOf({ places }: AppShell): Places {
  if (places !== undefined) return places;
  throw new LangevinError('unsupported-combination', 'Only the desktop app shows files in the file manager.');
}

/** @throws unsupported-combination where the host has none */
export function dialogsOf({ dialogs }: AppShell): ShellDialogs {
  if (dialogs !== undefined) return dialogs;
  throw new LangevinError('unsupported-combination', 'This host has no dialogs; upload the file instead.');
}
