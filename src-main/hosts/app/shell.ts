import type { HostInfo } from '../../contract/app/replies.ts';
import { LangevinError } from '../../errors.ts';

/** What files a dialog is to offer. */
export type FilePurpose = 'picture' | 'mask' | 'kernel' | 'scan' | 'angles' | 'model';

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
  openFolder(purpose: 'batch-input' | 'batch-output' | 'batch-masks'): Promise<string | undefined>;
}

/** What the service needs from where it runs; each kind of host has one. */
export interface AppShell {
  readonly kind: HostInfo['kind'];
  readonly version: string;
  /** Absent: the renderer uploads and downloads. */
  readonly dialogs?: ShellDialogs | undefined;
  /** Files were opened or saved: for the system's list of recent documents. */
  readonly noteRecent?: ((path: string) => void) | undefined;
  /** A fault of the program itself, with its stack, for whoever looks at the host's log; pages only get its message. */
  readonly logFault?: ((error: unknown) => void) | undefined;
}

/** @throws unsupported-combination where the host has none */
export function dialogsOf({ dialogs }: AppShell): ShellDialogs {
  if (dialogs !== undefined) return dialogs;
  throw new LangevinError('unsupported-combination', 'This host has no dialogs; upload the file instead.');
}
