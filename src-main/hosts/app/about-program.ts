import { arch, cpus, release, totalmem, type, version } from 'node:os';
import type { AboutInfo } from '../../contract/app/replies.ts';
import type { AppShell } from './shell.ts';

/** Names of what the versions of a process are told of, in their order. */
const PARTS = { electron: 'Electron', chrome: 'Chromium', node: 'Node.js' } as const;

/** What the program is made of and runs on; nothing of it leaves the machine. */
export async function aboutProgram({ version: own, licences }: AppShell): Promise<AboutInfo> {
  const versions: Partial<Record<string, string>> = process.versions;
  const parts = Object.entries(PARTS).flatMap(([key, name]) => {
    const found = versions[key];
    return found === undefined ? [] : [{ name, version: found }];
  });
  const processors = cpus();
  const text = await licences?.();
  return {
    ...{ version: own, parts },
    system: `${type()} ${release()} (${version()}), ${arch()}`,
    device: `${processors.at(0)?.model.trim() ?? arch()}, ${processors.length} threads, ${(totalmem() / 1e9).toFixed(0)} GB`,
    ...(text === undefined ? {} : { licences: text }),
  };
}
