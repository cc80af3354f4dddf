import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Arch, build, Platform as BuilderPlatform, type Configuration } from 'electron-builder';
import { fileURLToPath } from 'node:url';
import { VC_RUNTIME } from '../../packaging/native-files.js';
import { writeDummyElectron, type Platform } from './dummy-electron.ts';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

export interface Layout {
  readonly platform: Platform;
  readonly arch: 'x64' | 'arm64';
}

/** Folders of a package that electron-builder has put together around a dummy of Electron. */
export interface Packed extends Layout {
  readonly folder: string;
  /** The program that people start. */
  readonly program: string;
  /** What has the fuses. */
  readonly fused: string;
  readonly resources: string;
}

const NAMES = { linux: BuilderPlatform.LINUX, win32: BuilderPlatform.WINDOWS, darwin: BuilderPlatform.MAC };
const MACHINES = { x64: 0x8664, arm64: 0xaa64 };

/** `electron-builder --dir` for one system, by the repository's own configuration. @param folder  empty */
export async function pack(folder: string, platform: Platform, archs: readonly Layout['arch'][]): Promise<Packed[]> {
  const electronDist = join(folder, 'electron');
  await writeDummyElectron(electronDist, platform);
  const runtime = join(folder, 'vc');
  for (const arch of archs) await writeRuntime(join(runtime, arch), arch);
  process.env.LANGEVIN_VC_RUNTIME = runtime;
  // As `npm run package` does.
  if (!existsSync(join(repository, 'out', 'packaging'))) await import('../../packaging/icons.js');
  const output = join(folder, 'dist');
  const config: Configuration = {
    extends: join(repository, 'electron-builder.yml'),
    electronDist,
    directories: { output },
  };
  const target = NAMES[platform];
  const targets = target.createTarget('dir', ...archs.map((arch) => Arch[arch]));
  await build({ projectDir: repository, config, targets, publish: 'never' });
  return archs.map((arch) => packed(output, platform, arch));
}

function packed(output: string, platform: Platform, arch: Layout['arch']): Packed {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (platform === 'darwin') {
    const app = join(output, `mac${suffix}`, 'Langevin.app');
    const contents = join(app, 'Contents');
    return {
      ...{ platform, arch, folder: app, program: join(contents, 'MacOS', 'Langevin') },
      fused: join(contents, 'Frameworks', 'Electron Framework.framework', 'Electron Framework'),
      resources: join(contents, 'Resources'),
    };
  }
  const root = join(output, `${platform === 'linux' ? 'linux' : 'win'}${suffix}-unpacked`);
  const program = join(root, platform === 'linux' ? 'langevin' : 'Langevin.exe');
  return { platform, arch, folder: root, program, fused: program, resources: join(root, 'resources') };
}

/** DLLs that are only their headers. */
async function writeRuntime(folder: string, arch: Layout['arch']): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dll = Buffer.alloc(128);
  dll.write('MZ');
  dll.writeUInt32LE(64, 60);
  dll.write('PE\0\0', 64, 'latin1');
  dll.writeUInt16LE(MACHINES[arch], 68);
  for (const name of VC_RUNTIME) await writeFile(join(folder, name), dll);
}
