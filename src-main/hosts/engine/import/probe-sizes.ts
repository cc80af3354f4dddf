import { LangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { NetworkBackend } from '../../../prior/sigma-space.ts';

interface Opened {
  readonly backend: NetworkBackend;
  readonly channels: 1 | 3;
}

/** Multiples that networks ask for. */
const strides = [1, 2, 4, 8, 16, 32, 64];
/** Sizes that networks are exported for. */
const usualSizes = [32, 64, 256, 128, 28, 512, 224, 96];

/**
 * Opens a network at sizes that it takes: the least multiple it works at, or the one size of a file that calls its sizes
 * free and works at one only.
 * @param open    loads it by a manifest, and runs it once at the least size that the manifest allows.
 * @param stride  what is known of the multiple.
 * @throws what `open` throws, where no size works
 */
export async function fitSizes(
  manifest: Manifest,
  open: (manifest: Manifest) => Promise<Opened>,
  stride: number | undefined,
): Promise<{ readonly manifest: Manifest; readonly opened: Opened }> {
  let problem: unknown;
  const attempt = async (changed: Manifest): Promise<Opened | undefined> => {
    try {
      return await open(changed);
    } catch (error) {
      problem ??= error;
      const code = error instanceof LangevinError ? error.code : '';
      // What does not depend on the size cannot be mended by another.
      if (code !== 'model-corrupt' && code !== 'invalid-manifest') throw error;
      return undefined;
    }
  };
  for (const first of stride === undefined ? [64] : [stride, 64]) {
    const opened = await attempt({ ...manifest, stride: first });
    if (opened === undefined) continue;
    if (opened.backend.fixedSize !== undefined) return { manifest: { ...manifest, stride: 1 }, opened };
    const least = stride ?? (await leastStride(opened));
    return { manifest: { ...manifest, stride: least }, opened };
  }
  for (const side of usualSizes) {
    const fixed: Manifest = { ...manifest, stride: 1, fixedSize: [side, side] };
    const opened = await attempt(fixed);
    if (opened !== undefined) return { manifest: fixed, opened };
  }
  throw problem;
}

async function leastStride({ backend, channels }: Opened): Promise<number> {
  for (const stride of strides) {
    const [height, width] = [64 + stride, stride < 64 ? 64 + 3 * stride : 64];
    const size = channels * height * width;
    const output = new Float32Array(size).fill(NaN);
    try {
      const time = Float32Array.of(0.5);
      await backend.evaluate([1, channels, height, width], new Float32Array(size), time, output);
      if (output.every(Number.isFinite)) return stride;
    } catch {
      // Not at this size.
    }
  }
  return 64;
}
