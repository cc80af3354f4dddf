import { open } from 'node:fs/promises';

/** Microsoft's C++ runtime, which onnxruntime.dll imports and Windows does not have. */
export const VC_RUNTIME = [
  'msvcp140.dll',
  'msvcp140_1.dll',
  'msvcp140_atomic_wait.dll',
  'vcruntime140.dll',
  'vcruntime140_1.dll',
];

/** Files of ONNX Runtime by platform, without which it does not load; DirectML and its compiler for GPUs of Windows. */
const FILES = {
  linux: ['onnxruntime_binding.node', 'libonnxruntime.so.1'],
  darwin: ['onnxruntime_binding.node', 'libonnxruntime.1.dylib'],
  win32: ['onnxruntime_binding.node', 'onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll', ...VC_RUNTIME],
};

/** Folder of ONNX Runtime's native files in a package's app.asar.unpacked. */
export function nativeFolder(platform, arch) {
  return `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
}

/** Paths in app.asar.unpacked of all native files of a package. */
export function nativeFiles(platform, arch) {
  return FILES[platform].map((name) => `${nativeFolder(platform, arch)}/${name}`);
}

const ELF_MACHINES = { 0x3e: 'x64', 0xb7: 'arm64' };
const PE_MACHINES = { 0x8664: 'x64', 0xaa64: 'arm64' };
const MACHO_TYPES = { 0x01000007: 'x64', 0x0100000c: 'arm64' };

/** What a native file is made for, by its header, such as `linux-x64`; undefined for other files. */
export async function madeFor(path) {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < 64) return undefined;
    if (head.readUInt32BE(0) === 0x7f454c46) return name('linux', ELF_MACHINES[head.readUInt16LE(18)]);
    if (head.readUInt32LE(0) === 0xfeedfacf) return name('darwin', MACHO_TYPES[head.readUInt32LE(4)]);
    const pe = head.readUInt32LE(60);
    const isPe = head.toString('latin1', 0, 2) === 'MZ' && pe < bytesRead - 6 && head.readUInt32BE(pe) === 0x50450000;
    return isPe ? name('win32', PE_MACHINES[head.readUInt16LE(pe + 4)]) : undefined;
  } finally {
    await file.close();
  }
}

function name(platform, arch) {
  return `${platform}-${arch ?? 'unknown'}`;
}
