import { describe, expect, it } from 'vitest';
import { chooseOutputFormat, formatOfExtension, recompressionNotice } from '../../src-main/images/formats.ts';

describe('the format of a path', () => {
  it.each([
    ['out.png', 'png'],
    ['OUT.JPG', 'jpeg'],
    ['a.b/c.jpeg', 'jpeg'],
    ['.webp', 'webp'],
    ['tif', 'tiff'],
    ['C:\\Bilder\\100 %.TIFF', 'tiff'],
    ['Zürich.été.png', 'png'],
  ])('%s is %s', (path, format) => {
    expect(formatOfExtension(path)).toBe(format);
  });

  it.each(['out.bmp', 'out', 'png.d/out', 'out.constructor', ''])('%s has none', (path) => {
    expect(formatOfExtension(path)).toBeUndefined();
  });
});

describe('the format of the output', () => {
  it('is what the path says', () => {
    expect(chooseOutputFormat('out.tif', 'jpeg')).toBe('tiff');
  });

  it('is that of the input without a path or an ending, PNG for a GIF', () => {
    expect(chooseOutputFormat(undefined, 'jpeg')).toBe('jpeg');
    expect(chooseOutputFormat('folder.x/out', 'webp')).toBe('webp');
    expect(chooseOutputFormat('.hidden', 'tiff')).toBe('tiff');
    expect(chooseOutputFormat(undefined, 'gif')).toBe('png');
  });

  it('is refused for an ending that no format has, naming those that have', () => {
    expect(() => chooseOutputFormat('out.bmp', 'png')).toThrowError(
      expect.objectContaining({ code: 'unsupported-format', message: expect.stringMatching(/\.bmp.*\.png.*\.tif/) }),
    );
  });
});

describe('what is said of recompression', () => {
  it('is said for JPEG and for lossy WebP only', () => {
    expect(recompressionNotice('jpeg', 'jpeg')).toMatch(/JPEG again.*unpainted|outside the restored area.*PNG/s);
    expect(recompressionNotice('png', 'jpeg')).not.toContain('again');
    expect(recompressionNotice('webp', 'webp', false)).toContain('lossy WebP again');
    expect(recompressionNotice('webp', 'webp')).toBeUndefined();
    expect(recompressionNotice('jpeg', 'png')).toBeUndefined();
    expect(recompressionNotice('jpeg', 'tiff')).toBeUndefined();
  });
});
