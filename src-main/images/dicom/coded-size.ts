/** What a codestream says of its picture before it is decoded. */
export interface CodedSize {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
}

/** Markers of frame headers: SOF0 … SOF15 without DHT, JPG and DAC, and that of JPEG-LS. */
function isFrameHeader(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7;
}

/**
 * Reads the frame header of JPEG, JPEG lossless and JPEG-LS data, or the size marker of JPEG 2000; undefined where
 * there is none. Decoders take memory for what these say, so it is compared with the file before.
 */
export function codedSize(bytes: Uint8Array): CodedSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? sizeOfJpeg(view) : sizeOfJpeg2000(bytes, view);
}

function sizeOfJpeg(view: DataView): CodedSize | undefined {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrameHeader(marker) && at + 10 <= view.byteLength) {
      return {
        precision: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** The codestream may lie in a JP2 file, whose boxes before it are short. */
function sizeOfJpeg2000(bytes: Uint8Array, view: DataView): CodedSize | undefined {
  const start = codestreamAt(bytes);
  if (start === undefined || start + 43 > bytes.length) return undefined;
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(start + at));
  return {
    width: right - left,
    height: bottom - top,
    components: view.getUint16(start + 40),
    precision: (view.getUint8(start + 42) & 0x7f) + 1,
  };
}

/** Where a JPEG 2000 codestream begins, SOC and SIZ. */
function codestreamAt(bytes: Uint8Array): number | undefined {
  for (let at = 0; at + 4 <= Math.min(bytes.length, 1024); at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at;
  }
  return undefined;
}
