/** Colour model of the stored samples; alpha, where present, is the last channel and not premultiplied. */
export type PictureMode = 'gray' | 'gray-alpha' | 'rgb' | 'rgb-alpha';

/**
 * Metadata blocks kept byte for byte through a restoration, but for what shows the picture as it was before; absent where
 * the file had none.
 */
export interface PictureMetadata {
  /** Raw EXIF (TIFF structure, without the "Exif\0\0" prefix). */
  readonly exif?: Uint8Array;
  /** Raw ICC profile. */
  readonly icc?: Uint8Array;
  /** Raw XMP packet (UTF-8). */
  readonly xmp?: Uint8Array;
  /** Photoshop's image resources, IPTC captions among them, without thumbnails. */
  readonly photoshop?: Uint8Array;
  /** IPTC-IIM captions that are stored by themselves. */
  readonly iptc?: Uint8Array;
  /** EXIF orientation 1…8 as stored; the samples are *not* rotated. */
  readonly orientation: number;
  /** Pixels per inch, where the file states it. */
  readonly dpi?: { readonly x: number; readonly y: number };
  /** Pixels per unknown unit, where they differ: the shape of a pixel. */
  readonly pixelAspect?: { readonly x: number; readonly y: number };
  /** Blocks that only one format has (PNG text and colour chunks, JPEG comments, private TIFF tags); kept in that format. */
  readonly native?: NativeBlocks;
  /** How the JPEG file was coded, where its quantization is libjpeg's; written again so, a JPEG changes least. */
  readonly jpeg?: JpegCoding;
  /** Quantization of the JPEG file: what was lost when it was coded. */
  readonly quantization?: JpegQuantization;
}

/** Blocks of one format in the order of the file. */
export interface NativeBlocks {
  readonly format: 'png' | 'jpeg' | 'tiff' | 'gif';
  readonly blocks: readonly { readonly type: string; readonly data: Uint8Array }[];
}

/** libjpeg quality 1…100 and chroma subsampling of a JPEG. */
export interface JpegCoding {
  readonly quality: number;
  readonly chroma: '4:4:4' | '4:2:0';
}

/** Quantization of a JPEG. */
export interface JpegQuantization {
  /** Steps of the 64 luma coefficients, row by row, on the scale of 8-bit samples. */
  readonly luma: readonly number[];
  /** … and of the chroma coefficients. */
  readonly chroma: readonly number[];
  /** Horizontal and vertical reduction of the chroma planes: [2, 2] is 4:2:0. */
  readonly sampling: readonly [number, number];
}

/** A decoded picture: interleaved integer samples as stored in the file (unrotated). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly mode: PictureMode;
  /** 8 → Uint8Array, 16 → Uint16Array. */
  readonly bitDepth: 8 | 16;
  /** height × width × channels. */
  readonly data: Uint8Array | Uint16Array;
  readonly metadata: PictureMetadata;
}

/** Samples per pixel of a colour model, alpha included. */
export function channelCount(mode: PictureMode): 1 | 2 | 3 | 4 {
  return mode === 'gray' ? 1 : mode === 'gray-alpha' ? 2 : mode === 'rgb' ? 3 : 4;
}
