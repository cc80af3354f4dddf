import type { PixelSource } from '../canvas/geometry.ts';

/**
 * `suggestMask` in a worker of its own.
 * @throws Error when the search fails, for instance for want of memory.
 */
export function findDamage({ width, height, data }: PixelSource): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./suggest-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: coverage }: MessageEvent<Uint8Array>) => {
      worker.terminate();
      resolve(coverage);
    });
    worker.addEventListener('error', (event) => {
      worker.terminate();
      reject(new Error(event.message));
    });
    worker.postMessage({ width, height, data });
  });
}
