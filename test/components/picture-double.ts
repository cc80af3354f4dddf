import { vi } from 'vitest';
import type { FileInfo, PictureContent } from '../../src-main/contract/app/values.ts';

/** A file of a host double. */
export function fileOf(name: string, id = `file-${name.replaceAll(/\W/g, '-')}`): FileInfo {
  return { id, name, bytes: 100 };
}

/** A grey picture of 40 × 30 pixels, as a host gives it. */
export function contentOf(width = 40, height = 30): PictureContent {
  return {
    width,
    height,
    data: new Uint8Array(width * height * 4).fill(128),
    format: 'png',
    bitDepth: 8,
    mode: 'rgb',
    orientation: 1,
    has: { exif: false, icc: false, xmp: false },
    notices: [],
  };
}

/** The canvases of the test page draw nothing; what they would show is tested in a browser (test/e2e). */
export function withoutDrawing(): void {
  const context = new Proxy({ canvas: { width: 1, height: 1 } } as Record<string, unknown>, {
    get: (target, name: string) => target[name] ?? (() => undefined),
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext(): unknown {
        return context;
      }
    },
  );
  vi.stubGlobal('ImageData', class {});
}
