import { createHash } from 'node:crypto';
import type { DicomDataSet } from './data-set.ts';
import { joined } from './encapsulated.ts';
import { EXPLICIT_LITTLE } from './transfer-syntax.ts';

/** A slice to be written, HU. */
export interface WrittenSlice {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface DicomWriting {
  /** The file that the slice was made from: whose it is and where it lies is taken from there. */
  readonly source?: DicomDataSet | undefined;
  /** What was done, in words; slices of one description and source series are one series. */
  readonly description: string;
}

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const SOP_INSTANCE = 0x00080018;
const STUDY = 0x0020000d;
const SERIES = 0x0020000e;
const SERIES_DESCRIPTION = 0x0008103e;
/** Elements taken over byte for byte, with their value representations. */
const KEPT: readonly (readonly [tag: number, vr: string])[] = [
  [0x00080005, 'CS'],
  [0x00080020, 'DA'],
  [0x00080030, 'TM'],
  [0x00080050, 'SH'],
  [0x00080090, 'PN'],
  [0x00081030, 'LO'],
  [0x00100010, 'PN'],
  [0x00100020, 'LO'],
  [0x00100030, 'DA'],
  [0x00100040, 'CS'],
  [0x00180050, 'DS'],
  [0x00180060, 'DS'],
  [0x00185100, 'CS'],
  [0x00200010, 'SH'],
  [0x00200011, 'IS'],
  [0x00200012, 'IS'],
  [0x00200013, 'IS'],
  [0x00200032, 'DS'],
  [0x00200037, 'DS'],
  [0x00200052, 'UI'],
  [0x00201040, 'LO'],
  [0x00201041, 'DS'],
  [0x00280030, 'DS'],
  [0x00281050, 'DS'],
  [0x00281051, 'DS'],
];
/** Those that the CT object asks for even where nothing is known (type 2). */
const EMPTY_ALLOWED = new Set([
  0x00080020, 0x00080030, 0x00080050, 0x00080090, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00180050,
  0x00180060, 0x00200010, 0x00200011, 0x00200012, 0x00200013, 0x00201040,
]);
/** Text values are padded to an even length by spaces, UIDs by zeros. */
const SPACE = 0x20;

/**
 * Writes a slice as a DICOM CT image (part 3, A.3; explicit VR, little endian) in whole HU: a derived image of a new series
 * in the study of its source, whose patient, place and time it keeps. The same slice, source and description give the
 * same bytes: UIDs are made of their SHA-256 (part 5, B.2).
 */
export function writeDicom({ width, height, data }: WrittenSlice, { source, description }: DicomWriting): Uint8Array {
  const instance = source?.text(SOP_INSTANCE) ?? createHash('sha256').update(bytesOf(data)).digest('hex');
  const series = uidOf('series', source?.text(SERIES) ?? instance, description);
  const sop = uidOf('instance', instance, series);
  const study = source?.text(STUDY) ?? uidOf('study', instance);
  const name = source?.text(SERIES_DESCRIPTION);
  const pixels = Int16Array.from(data, (hu) => Math.min(32767, Math.max(-32768, Math.round(hu))));
  const own: [tag: number, vr: string, value: Uint8Array][] = [
    [0x00080008, 'CS', text('DERIVED\\SECONDARY\\AXIAL')],
    [0x00080016, 'UI', text(CT_IMAGE, 0)],
    [SOP_INSTANCE, 'UI', text(sop, 0)],
    [0x00080060, 'CS', text('CT')],
    [0x00080070, 'LO', text('Langevin')],
    [SERIES_DESCRIPTION, 'LO', text([name, 'Langevin'].filter(Boolean).join(', ').slice(0, 64))],
    [0x00082111, 'ST', text(description.slice(0, 1024))],
    [STUDY, 'UI', text(study, 0)],
    [SERIES, 'UI', text(series, 0)],
    [0x00280002, 'US', uint16(1)],
    [0x00280004, 'CS', text('MONOCHROME2')],
    [0x00280010, 'US', uint16(height)],
    [0x00280011, 'US', uint16(width)],
    [0x00280100, 'US', uint16(16)],
    [0x00280101, 'US', uint16(16)],
    [0x00280102, 'US', uint16(15)],
    [0x00280103, 'US', uint16(1)],
    [0x00281052, 'DS', text('0')],
    [0x00281053, 'DS', text('1')],
    [0x00281054, 'LO', text('HU')],
    [0x7fe00010, 'OW', bytesOf(pixels)],
  ];
  const kept = KEPT.flatMap(([tag, vr]): [number, string, Uint8Array][] => {
    const value = source?.bytes(tag);
    if (value === undefined && !EMPTY_ALLOWED.has(tag)) return [];
    return [[tag, vr, value === undefined ? new Uint8Array(0) : value.slice()]];
  });
  const body = [...own, ...kept].sort(([a], [b]) => a - b).map((element) => encoded(...element));
  const meta = [
    encoded(0x00020001, 'OB', Uint8Array.of(0, 1)),
    encoded(0x00020002, 'UI', text(CT_IMAGE, 0)),
    encoded(0x00020003, 'UI', text(sop, 0)),
    encoded(0x00020010, 'UI', text(EXPLICIT_LITTLE, 0)),
    encoded(0x00020012, 'UI', text(uidOf('implementation'), 0)),
  ];
  const length = meta.reduce((sum, part) => sum + part.length, 0);
  const head = encoded(0x00020000, 'UL', new Uint8Array(Uint32Array.of(length).buffer));
  return joined([new Uint8Array(128), text('DICM'), head, ...meta, ...body]);
}

/** A UID below 2.25: 128 bits of the hash, read as a UUID. */
function uidOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
    .update(['langevin', ...parts].join('\n'))
    .digest('hex')
    .slice(0, 32);
  return `2.25.${BigInt(`0x${hash}`)}`;
}

const LONG = new Set(['OB', 'OW']);

function encoded(tag: number, vr: string, value: Uint8Array): Uint8Array {
  const padded = value.length + (value.length % 2);
  const isLong = LONG.has(vr);
  const out = new Uint8Array((isLong ? 12 : 8) + padded);
  const view = new DataView(out.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  out.set(new TextEncoder().encode(vr), 4);
  if (isLong) view.setUint32(8, padded, true);
  else view.setUint16(6, padded, true);
  out.set(value, isLong ? 12 : 8);
  if (padded > value.length) out[out.length - 1] = vr === 'UI' || isLong ? 0 : SPACE;
  return out;
}

function text(value: string, pad = SPACE): Uint8Array {
  const bytes = Uint8Array.from(value, (c) => c.charCodeAt(0));
  return bytes.length % 2 === 0 ? bytes : Uint8Array.from([...bytes, pad]);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}

function bytesOf(data: Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
