/** What Langevin uses of codecs that come without declarations. */
declare module '@cornerstonejs/codec-charls/decode' {
  /** Lives in the memory of its module; `delete` frees it, and the buffers with it. */
  export interface CodestreamDecoder {
    /** A buffer of so many bytes, to be filled with the codestream. */
    getEncodedBuffer(length: number): Uint8Array;
    /** Throws what the codec throws, which may be a number. */
    decode(): void;
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface CharlsModule {
    readonly JpegLSDecoder: new () => CodestreamDecoder;
  }
  const start: (options?: object) => Promise<CharlsModule>;
  export default start;
}

declare module '@cornerstonejs/codec-openjpeg/decode' {
  import type { CodestreamDecoder } from '@cornerstonejs/codec-charls/decode';
  export interface OpenJpegModule {
    readonly J2KDecoder: new () => CodestreamDecoder;
  }
  const start: (options?: object) => Promise<OpenJpegModule>;
  export default start;
}

declare module 'jpeg-lossless-decoder-js/release/current/lossless.js' {
  interface Decoder {
    /** Samples of a JPEG lossless stream; throws errors and what its reader throws at the end of the data. */
    decode(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | Uint16Array | null;
  }
  const jpeg: { readonly lossless: { readonly Decoder: new () => Decoder } };
  export default jpeg;
}
