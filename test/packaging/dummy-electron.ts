import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';

export type Platform = 'linux' | 'win32' | 'darwin';

/** Where fuses are looked for in a program (@electron/fuses, README). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is delivered: version 1, nine fuses (build/fuses/fuses.json5). */
const WIRE = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from('101100011')]);

/**
 * A distribution of Electron without Electron, as electron-builder wants it unpacked: programs that are only their fuses,
 * and what it changes and moves.
 */
export async function writeDummyElectron(folder: string, platform: Platform): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'LICENSE'), "Electron's licence");
  await writeFile(join(folder, 'LICENSES.chromium.html'), "Chromium's licences");
  await writeFile(join(folder, 'version'), '45.4.1');
  if (platform === 'darwin') return writeMacApp(folder);
  for (const language of ['en-US', 'de', 'fr', 'zh-CN']) {
    await mkdir(join(folder, 'locales'), { recursive: true });
    await writeFile(join(folder, 'locales', `${language}.pak`), '');
  }
  await mkdir(join(folder, 'resources'));
  if (platform === 'linux') {
    await program(join(folder, 'electron'));
    await program(join(folder, 'chrome-sandbox'));
  } else {
    await writeFile(join(folder, 'electron.exe'), windowsProgram());
  }
}

async function program(path: string): Promise<void> {
  await writeFile(path, WIRE);
  await chmod(path, 0o755);
}

function windowsProgram(): Buffer {
  const executable = NtExecutable.createEmpty();
  const resources = NtExecutableResource.from(executable);
  const info = Resource.VersionInfo.createEmpty();
  info.setStringValues({ lang: 1033, codepage: 1200 }, { FileDescription: 'Electron', ProductName: 'Electron' });
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  return Buffer.concat([Buffer.from(executable.generate()), WIRE]);
}

async function writeMacApp(folder: string): Promise<void> {
  const app = (path: string, name: string): Promise<void> => macApp(join(folder, path), name);
  await app('Electron.app', 'Electron');
  const frameworks = 'Electron.app/Contents/Frameworks';
  for (const kind of ['', ' (Renderer)', ' (Plugin)', ' (GPU)']) {
    const name = `Electron Helper${kind}`;
    await app(`${frameworks}/${name}.app`, name);
  }
  const framework = join(folder, frameworks, 'Electron Framework.framework');
  const version = join(framework, 'Versions', 'A');
  await mkdir(join(version, 'Resources'), { recursive: true });
  await symlink('Versions/A/Resources', join(framework, 'Resources'));
  await program(join(version, 'Electron Framework'));
  await symlink('Versions/A/Electron Framework', join(framework, 'Electron Framework'));
  for (const place of [join(version, 'Resources'), join(folder, 'Electron.app/Contents/Resources')]) {
    for (const language of ['en', 'de', 'fr']) {
      await mkdir(join(place, `${language}.lproj`), { recursive: true });
      await writeFile(join(place, `${language}.lproj`, 'locale.pak'), '');
    }
  }
}

async function macApp(path: string, name: string): Promise<void> {
  await mkdir(join(path, 'Contents', 'MacOS'), { recursive: true });
  await mkdir(join(path, 'Contents', 'Resources'), { recursive: true });
  await program(join(path, 'Contents', 'MacOS', name));
  await writeFile(
    join(path, 'Contents', 'Info.plist'),
    `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundlePackageType</key><string>APPL</string>
</dict></plist>`,
  );
}
