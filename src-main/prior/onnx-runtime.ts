import type * as onnxruntime from 'onnxruntime-node';
import { LangevinError } from '../errors.ts';

/** The module onnxruntime-node. */
export type OnnxRuntime = typeof onnxruntime;

const REDISTRIBUTABLE = 'https://aka.ms/vs/17/release/vc_redist';

/**
 * Loads ONNX Runtime with its native library. Not at the start of a process: where it cannot be loaded, everything else
 * still works.
 * @throws provider-unavailable  with what is missing and where to get it: on Windows usually Microsoft's C++ runtime
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new LangevinError('provider-unavailable', whyUnloadable(error, process.platform, process.arch), {
      cause: error,
    });
  }
}

/** @see loadOnnxRuntime */
export function whyUnloadable(error: unknown, platform: NodeJS.Platform, arch: string): string {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0].trim();
  const others = 'Until then, models in TensorFlow.js form run.';
  if (platform === 'win32') {
    return (
      'ONNX Runtime cannot be loaded, most likely because this Windows has no Microsoft Visual C++ runtime. ' +
      `Install it from ${REDISTRIBUTABLE}.${arch}.exe and start Langevin again. ${others} (${reason})`
    );
  }
  return (
    `ONNX Runtime cannot be loaded on ${platform} ${arch}: ${reason}. It runs on Linux (x64, arm64; glibc 2.28 or later), ` +
    `macOS 14 or later (arm64) and Windows (x64, arm64). ${others}`
  );
}

/**
 * How a session gets its memory. Under Electron malloc is Chromium's, which ends the process when it is asked for 2 GiB
 * in one piece (electron/electron#44291): there, ONNX Runtime neither doubles the blocks of an arena nor plans all
 * activations as one block, and asks for each tensor by itself.
 */
export function sessionMemory(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): Pick<onnxruntime.InferenceSession.SessionOptions, 'enableCpuMemArena' | 'enableMemPattern'> {
  return versions.electron === undefined ? {} : { enableCpuMemArena: false, enableMemPattern: false };
}
