import { constants } from 'node:os';
import type { EngineExit } from './protocol.ts';

/** How a process ended, for the middle of a sentence, and what that usually means. */
export interface ExitWords {
  /** Such as `with exit code 3` or `by signal SIGKILL`. */
  readonly how: string;
  /** One or more sentences; undefined when nothing is known about such an end. */
  readonly meaning?: string;
}

/** Codes of Windows, NTSTATUS values ([MS-ERREF] 2.3.1). */
const WINDOWS_MEANINGS: Readonly<Record<number, string>> = {
  0xc0000005: 'A native library or a driver has crashed (access violation).',
  0xc0000017: 'There was not enough memory.',
  0xc000001d: 'The processor lacks an instruction that a native library needs.',
  0xc00000fd: 'A native library has used up its stack.',
  0xc0000135: "A DLL is missing; Microsoft's C++ runtime is at https://aka.ms/vs/17/release/vc_redist.x64.exe.",
  0xc000012d: 'There was not enough memory: the page file is full.',
  0xc0000142: 'A DLL could not be started.',
  0xc0000409: 'A native library or a driver has ended it (failed check).',
  0xe0000008: 'There was not enough memory.',
  0x80000003: 'It asked for more memory in one piece than there is; use a smaller tile or a smaller network.',
};

const SIGNAL_MEANINGS: Readonly<Record<string, string>> = {
  SIGABRT: 'It gave up by itself, as it does when there is not enough memory.',
  SIGBUS: 'A native library or a driver has crashed.',
  SIGILL: 'The processor lacks an instruction that a native library needs.',
  SIGKILL: 'The system ended it, most likely because memory was short.',
  SIGSEGV: 'A native library or a driver has crashed.',
  // PartitionAlloc, Electron's malloc, traps where others would return null.
  SIGTRAP:
    'It needed more than 2 GB of memory in one piece, which Electron does not allow; use a smaller tile or network.',
};

/**
 * Translates the end of a process. Electron reports a signal as an exit code, alone or, as shells do, with 128 added;
 * Windows reports an NTSTATUS.
 */
export function exitWords(
  { code, signal, output }: EngineExit,
  platform: NodeJS.Platform = process.platform,
  isElectron: boolean = process.versions.electron !== undefined,
): ExitWords {
  if (/heap out of memory|FatalError/.test(output)) {
    return { how: how(code, signal), meaning: 'There was not enough memory for its JavaScript part.' };
  }
  if (platform === 'win32') {
    const status = code === null ? undefined : code >>> 0;
    if (status === undefined || status < 0x80000000) return { how: how(code, signal) };
    const meaning = WINDOWS_MEANINGS[status];
    return { how: `with code 0x${status.toString(16).toUpperCase()}`, ...(meaning === undefined ? {} : { meaning }) };
  }
  const name = signal ?? signalOf(code, isElectron);
  if (name === undefined) return { how: how(code, signal) };
  const meaning = SIGNAL_MEANINGS[name];
  return { how: `by signal ${name}`, ...(meaning === undefined ? {} : { meaning }) };
}

function how(code: number | null, signal: string | null): string {
  return signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`;
}

/** The signals whose numbers are taken for signals: those that end crashed processes, and no exit code of ours. */
const CRASHES = ['SIGABRT', 'SIGBUS', 'SIGILL', 'SIGKILL', 'SIGSEGV', 'SIGTRAP'] as const;

function signalOf(code: number | null, isElectron: boolean): string | undefined {
  if (code === null) return undefined;
  return CRASHES.find(
    (name) => constants.signals[name] + 128 === code || (isElectron && constants.signals[name] === code),
  );
}
