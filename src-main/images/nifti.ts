import { gzipSync } from 'node:zlib';
import type { Vector } from './dicom/header.ts';
import type { Volume } from './volume.ts';

const HEADER = 348;
/** Header and an empty list of extensions. */
const DATA_AT = 352;
const FLOAT32 = 16;
/** Millimetres. */
const UNITS = 2;
/** Coordinates are those of the scanner. */
const SCANNER = 1;

/**
 * Writes a volume as NIfTI-1 (.nii, or .nii.gz compressed): 32-bit floats in HU, placed by the sform. NIfTI counts towards
 * the right and the front where DICOM counts to the left and the back, so that both signs turn. nibabel 5.4 reads shape, type,
 * units, every value and the affine of such files as they are meant.
 */
export function writeNifti({ width, height, depth, data, place }: Volume, compressed: boolean): Uint8Array {
  const out = new Uint8Array(DATA_AT + data.byteLength);
  const view = new DataView(out.buffer);
  view.setInt32(0, HEADER, true);
  [3, width, height, depth, 1, 1, 1, 1].forEach((value, i) => view.setInt16(40 + 2 * i, value, true));
  view.setInt16(70, FLOAT32, true);
  view.setInt16(72, 32, true);
  const sides = place.steps.map((step) => Math.hypot(...step));
  [1, ...sides, 0, 0, 0, 0].forEach((value, i) => view.setFloat32(76 + 4 * i, value, true));
  view.setFloat32(108, DATA_AT, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, UNITS);
  out.set(new TextEncoder().encode('Langevin, HU'), 148);
  view.setInt16(254, SCANNER, true);
  const signs: Vector = [-1, -1, 1];
  signs.forEach((sign, axis) => {
    const row = [...place.steps.map((step) => sign * step[axis]), sign * place.origin[axis]];
    row.forEach((value, i) => view.setFloat32(280 + 16 * axis + 4 * i, value, true));
  });
  out.set(new TextEncoder().encode('n+1\0'), 344);
  // Every platform Node runs on with this program's dependencies is little-endian.
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), DATA_AT);
  return compressed ? new Uint8Array(gzipSync(out, { level: 4 })) : out;
}
