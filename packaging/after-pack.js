// electron-builder's hook after it has put a package together: adds Microsoft's C++ runtime to those for Windows, and
// fails when a native file is missing or made for another system.
import { copyFile, readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Arch } from 'electron-builder';
import { madeFor, nativeFiles, nativeFolder, VC_RUNTIME } from './native-files.js';

export default async function afterPack({ appOutDir, electronPlatformName: platform, arch: archNumber, packager }) {
  const arch = Arch[archNumber];
  const resources =
    platform === 'darwin'
      ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : join(appOutDir, 'resources');
  const unpacked = join(resources, 'app.asar.unpacked');
  if (platform === 'win32') await addRuntime(join(unpacked, nativeFolder(platform, arch)), arch);
  for (const file of nativeFiles(platform, arch)) {
    const path = join(unpacked, file);
    if (!existsSync(path)) throw new Error(`The package for ${platform} ${arch} has no ${file}.`);
    const made = await madeFor(path);
    if (made !== `${platform}-${arch}`) throw new Error(`${file} is made for ${made}, not for ${platform}-${arch}.`);
  }
}

/** ONNX Runtime looks for it beside its binding only. */
async function addRuntime(folder, arch) {
  const source = await runtimeFolder(arch);
  // Windows does not mind their case, but what looks for them by name elsewhere does.
  const names = new Map((await readdir(source)).map((name) => [name.toLowerCase(), name]));
  for (const name of VC_RUNTIME) {
    if (!names.has(name)) throw new Error(`${source} has no ${name}.`);
    await copyFile(join(source, names.get(name)), join(folder, name));
  }
}

/** Where its files are: a folder of folders x64 and arm64 that LANGEVIN_VC_RUNTIME names, or an installed Visual Studio. */
async function runtimeFolder(arch) {
  const named = process.env.LANGEVIN_VC_RUNTIME;
  if (named !== undefined) return join(named, arch);
  for (const programs of [process.env.ProgramFiles, process.env['ProgramFiles(x86)']].filter(Boolean)) {
    const studio = join(programs, 'Microsoft Visual Studio');
    for (const version of await names(studio)) {
      for (const edition of await names(join(studio, version))) {
        const redist = join(studio, version, edition, 'VC', 'Redist', 'MSVC');
        for (const release of (await names(redist)).reverse()) {
          const runtimes = (await names(join(redist, release, arch))).filter((name) =>
            /^Microsoft\.VC\d+\.CRT$/.test(name),
          );
          if (runtimes.length > 0) return join(redist, release, arch, runtimes[0]);
        }
      }
    }
  }
  throw new Error(
    "Microsoft's C++ runtime, which belongs into packages for Windows, was not found. Install Visual Studio with its " +
      'C++ redistributables, or let LANGEVIN_VC_RUNTIME name a folder with its DLLs in x64 and arm64.',
  );
}

async function names(folder) {
  return existsSync(folder) ? (await readdir(folder)).sort() : [];
}
