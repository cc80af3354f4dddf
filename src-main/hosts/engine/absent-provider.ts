import type { OnnxProvider } from '../../prior/onnx.ts';

/** The system's library that a provider of ONNX Runtime cannot do without, and whose part it is. */
const NEEDED: Partial<Record<NodeJS.Platform, Partial<Record<OnnxProvider, readonly [library: string, of: string]>>>> =
  {
    linux: {
      cuda: ['libcuda.so.1', 'the driver of an NVIDIA card'],
      webgpu: ['libvulkan.so.1', 'Vulkan'],
    },
  };

/**
 * Why a provider cannot work here, as the end of a sentence, where that is plain without trying it in a process of its own:
 * its library is not installed. Undefined where only trying can tell.
 * @param isThere  whether the system's loader finds a library.
 */
export function whyAbsent(
  provider: OnnxProvider,
  platform: NodeJS.Platform = process.platform,
  isThere: (library: string) => boolean = isLoadable,
): string | undefined {
  const needed = NEEDED[platform]?.[provider];
  if (needed === undefined) return undefined;
  const [library, of] = needed;
  return isThere(library) ? undefined : `${library}, a part of ${of}, is not installed`;
}

/** Node.js loads it as an add-on, which it is not; whether it was found is in the message. */
function isLoadable(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return !/No such file/.test((error as Error).message);
  }
}
