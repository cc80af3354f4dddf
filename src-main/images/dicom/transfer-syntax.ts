/** How the elements of a DICOM file are coded (part 5, section 10 and annex A). */
export interface TransferSyntax {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  /** Everything after the file meta information is one raw deflate stream (A.5). */
  readonly deflated: boolean;
}

export const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
/** The coding of data sets whose pixels are compressed, too (A.4). */
export const EXPLICIT_SYNTAX: TransferSyntax = { explicit: true, littleEndian: true, deflated: false };

/** Syntaxes whose pixels are stored as they are. */
const UNCOMPRESSED: ReadonlyMap<string, TransferSyntax> = new Map([
  [IMPLICIT_LITTLE, { explicit: false, littleEndian: true, deflated: false }],
  [EXPLICIT_LITTLE, EXPLICIT_SYNTAX],
  ['1.2.840.10008.1.2.1.99', { explicit: true, littleEndian: true, deflated: true }],
  ['1.2.840.10008.1.2.2', { explicit: true, littleEndian: false, deflated: false }],
]);

/** Names of the other syntaxes (part 6, table A-1), below 1.2.840.10008.1.2. */
const NAMES: Readonly<Record<string, string>> = {
  '1.98': 'Encapsulated Uncompressed',
  '4.50': 'JPEG Baseline',
  '4.51': 'JPEG Extended',
  '4.52': 'JPEG Extended (processes 3 and 5)',
  '4.53': 'JPEG Spectral Selection (processes 6 and 8)',
  '4.54': 'JPEG Spectral Selection (processes 7 and 9)',
  '4.55': 'JPEG Full Progression (processes 10 and 12)',
  '4.56': 'JPEG Full Progression (processes 11 and 13)',
  '4.57': 'JPEG Lossless',
  '4.58': 'JPEG Lossless (process 15)',
  '4.59': 'JPEG Extended, hierarchical (processes 16 and 18)',
  '4.60': 'JPEG Extended, hierarchical (processes 17 and 19)',
  '4.61': 'JPEG Spectral Selection, hierarchical (processes 20 and 22)',
  '4.62': 'JPEG Spectral Selection, hierarchical (processes 21 and 23)',
  '4.63': 'JPEG Full Progression, hierarchical (processes 24 and 26)',
  '4.64': 'JPEG Full Progression, hierarchical (processes 25 and 27)',
  '4.65': 'JPEG Lossless, hierarchical (process 28)',
  '4.66': 'JPEG Lossless, hierarchical (process 29)',
  '4.70': 'JPEG Lossless (first-order prediction)',
  '4.80': 'JPEG-LS Lossless',
  '4.81': 'JPEG-LS',
  '4.90': 'JPEG 2000 Lossless',
  '4.91': 'JPEG 2000',
  '4.92': 'JPEG 2000 Multi-component Lossless',
  '4.93': 'JPEG 2000 Multi-component',
  '4.94': 'JPIP Referenced',
  '4.95': 'JPIP Referenced Deflate',
  '4.100': 'MPEG-2 Main Profile, Main Level',
  '4.100.1': 'MPEG-2 Main Profile, Main Level, fragmentable',
  '4.101': 'MPEG-2 Main Profile, High Level',
  '4.101.1': 'MPEG-2 Main Profile, High Level, fragmentable',
  '4.102': 'MPEG-4 AVC/H.264 High Profile 4.1',
  '4.102.1': 'MPEG-4 AVC/H.264 High Profile 4.1, fragmentable',
  '4.103': 'MPEG-4 AVC/H.264 BD-compatible',
  '4.103.1': 'MPEG-4 AVC/H.264 BD-compatible, fragmentable',
  '4.104': 'MPEG-4 AVC/H.264 High Profile 4.2 for 2D video',
  '4.104.1': 'MPEG-4 AVC/H.264 High Profile 4.2 for 2D video, fragmentable',
  '4.105': 'MPEG-4 AVC/H.264 High Profile 4.2 for 3D video',
  '4.105.1': 'MPEG-4 AVC/H.264 High Profile 4.2 for 3D video, fragmentable',
  '4.106': 'MPEG-4 AVC/H.264 Stereo High Profile 4.2',
  '4.106.1': 'MPEG-4 AVC/H.264 Stereo High Profile 4.2, fragmentable',
  '4.107': 'HEVC/H.265 Main Profile 5.1',
  '4.108': 'HEVC/H.265 Main 10 Profile 5.1',
  '4.110': 'JPEG XL Lossless',
  '4.111': 'JPEG XL JPEG Recompression',
  '4.112': 'JPEG XL',
  '4.201': 'High-Throughput JPEG 2000 Lossless',
  '4.202': 'High-Throughput JPEG 2000 with RPCL Lossless',
  '4.203': 'High-Throughput JPEG 2000',
  '4.204': 'JPIP HTJ2K Referenced',
  '4.205': 'JPIP HTJ2K Referenced Deflate',
  '5': 'RLE Lossless',
  '6.1': 'RFC 2557 MIME encapsulation',
  '6.2': 'XML Encoding',
  '7.1': 'SMPTE ST 2110-20 uncompressed progressive video',
  '7.2': 'SMPTE ST 2110-20 uncompressed interlaced video',
  '7.3': 'SMPTE ST 2110-30 PCM audio',
  '8.1': 'Deflated Image Frame Compression',
};

/** The coding of an uncompressed syntax; undefined for any other. */
export function uncompressedSyntax(uid: string): TransferSyntax | undefined {
  return UNCOMPRESSED.get(uid);
}

/** "JPEG Lossless (1.2.840.10008.1.2.4.57)"; an unknown syntax by its number. */
export function syntaxName(uid: string): string {
  const name = uid.startsWith(`${IMPLICIT_LITTLE}.`) ? NAMES[uid.slice(IMPLICIT_LITTLE.length + 1)] : undefined;
  return name === undefined ? `an unknown transfer syntax (${uid})` : `${name} (${uid})`;
}
