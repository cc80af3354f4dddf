import { inflateRawSync } from 'node:zlib';
import { LangevinError } from '../../errors.ts';
import { damaged } from '../container.ts';
import { bareCoding, metaStart, readDataSet, readMeta, type DicomDataSet } from './data-set.ts';
import { frameCodec, type FrameCodec } from './frame-codecs.ts';
import { EXPLICIT_SYNTAX, IMPLICIT_LITTLE, syntaxName, uncompressedSyntax } from './transfer-syntax.ts';

const TRANSFER_SYNTAX = 0x00020010;
/** Largest data set that a deflated file may have: a frame of 8192 × 8192 is half of it. */
const MAX_INFLATED = 256 * 2 ** 20;

/** The data set of a file, and what decodes its pixels where they are compressed. */
export interface OpenedDataSet {
  readonly data: DicomDataSet;
  readonly littleEndian: boolean;
  readonly codec?: FrameCodec;
}

/** @throws not-a-picture, unsupported-format for a transfer syntax that is not read, picture-too-large, DicomSyntaxError */
export function openDataSet(bytes: Uint8Array, name: string): OpenedDataSet {
  const start = metaStart(bytes);
  if (start === undefined) {
    const coding = bareCoding(bytes);
    if (coding === undefined) {
      throw new LangevinError('not-a-picture', `${name} is not a DICOM file: it has no "DICM" after its preamble.`);
    }
    return { data: readDataSet(bytes, coding), littleEndian: true };
  }
  const { meta, end } = readMeta(bytes, start);
  const uid = meta.text(TRANSFER_SYNTAX) ?? IMPLICIT_LITTLE;
  const codec = frameCodec(uid);
  const syntax = codec === undefined ? uncompressedSyntax(uid) : EXPLICIT_SYNTAX;
  if (syntax === undefined) {
    throw refused(
      name,
      `its pixels are compressed as ${syntaxName(uid)}`,
      'Decompress it first, for example with dcmconv, dcmdjpeg or gdcmconv --raw',
    );
  }
  const rest = bytes.subarray(end);
  return {
    data: readDataSet(syntax.deflated ? inflated(rest, name) : rest, syntax),
    littleEndian: syntax.littleEndian,
    ...(codec && { codec }),
  };
}

function inflated(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new LangevinError(
        'picture-too-large',
        `${name} inflates to more than ${MAX_INFLATED / 2 ** 20} MiB, more than any slice needs. Store it without compression.`,
        { cause: error },
      );
    }
    throw damaged(name, 'its deflated data set cannot be inflated', error);
  }
}

export function refused(name: string, what: string, instead: string): LangevinError {
  return new LangevinError('unsupported-format', `${name} cannot be read: ${what}. ${instead}.`);
}
