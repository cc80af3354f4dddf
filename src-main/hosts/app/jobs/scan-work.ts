import { z } from 'zod';
import type { ScanContent } from '../../../contract/app/values.ts';
import { type FileBytes, placedFileSchema, SLICE_FORMATS } from '../../../contract/jobs.ts';
import { restoreOptionsSchema } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { isDicom } from '../../../images/dicom.ts';
import { writeDicom } from '../../../images/dicom/write.ts';
import { decodeFloat } from '../../../images/float-picture.ts';
import { isHdf5 } from '../../../images/hdf5.ts';
import { readNpy } from '../../../images/npy.ts';
import { startsWith } from '../../../images/container.ts';
import { sniffFormat } from '../../../images/sniff.ts';
import { HIGHEST_HU, LOWEST_HU, type Slice } from '../../../restore/scan.ts';
import { backProjected, createScanner, equalAngles, scanSlice } from '../../../restore/scanner.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import { dicomSource } from '../../engine/jobs/dicom-source.ts';
import { beamOf } from '../../engine/jobs/restore-input.ts';
import { readSinogram } from '../../engine/jobs/sinogram-files.ts';
import { readSlice, writeValues } from '../../engine/jobs/slice-files.ts';

export const readScanSchema = z.strictObject({ file: placedFileSchema, slice: z.int().min(0) });

/** Soft tissue of the trunk, the window that most CT viewers open with. */
const SOFT_TISSUE = { centre: 40, width: 400 };
const WHOLE_RANGE = { centre: (LOWEST_HU + HIGHEST_HU) / 2, width: HIGHEST_HU - LOWEST_HU };

/**
 * A slice, or a sinogram where the file can only be one: HDF5, or an array or a TIFF of real numbers that is not square and
 * holds no value that a slice has and a sinogram has not (less than −500).
 * @throws what the readers throw.
 */
export async function readScan({ file: placed, slice: index }: z.output<typeof readScanSchema>): Promise<ScanContent> {
  const file = await contentsOf(placed);
  if (isHdf5(file.bytes)) return sinogramContent(file, index);
  const slice = await readSlice(file, index);
  const { slices, window, pixelSpacing } = slice;
  if (isDicom(file.bytes)) {
    const shown = window === undefined ? SOFT_TISSUE : { centre: window.center, width: window.width };
    const known = content(slice, 'slice', slices, shown);
    return pixelSpacing === undefined ? known : { ...known, pixelSpacing };
  }
  return (await isSinogram(file, slice)) ? sinogramContent(file, index) : content(slice, 'slice', slices);
}

async function sinogramContent(file: FileBytes, index: number): Promise<ScanContent> {
  const { views, detectors, data, slices, angles } = await readSinogram(file, index);
  const shown = content({ width: detectors, height: views, data }, 'sinogram', slices);
  return angles === undefined ? shown : { ...shown, angles };
}

async function isSinogram({ bytes, name }: FileBytes, slice: Slice): Promise<boolean> {
  if (slice.width === slice.height || slice.data.some((value) => value < -500)) return false;
  if (startsWith(bytes, '\x93NUMPY')) return !(readNpy(bytes, name).data instanceof Uint8Array);
  return sniffFormat(bytes, name) === 'tiff' && /float/.test((await decodeFloat(bytes, name)).sampleType);
}

/** A slice among others, as it is shown. */
export function sliceContent(slice: Slice, slices: number): ScanContent {
  return content(slice, 'slice', slices);
}

/** Slices that hold soft tissue are shown in its window, others in their whole range. */
function content(
  { width, height, data }: Slice,
  kind: ScanContent['kind'],
  slices: number,
  window?: ScanContent['window'],
): ScanContent {
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const size = { width, height, slices, values };
  if (kind === 'sinogram') return { ...size, kind, unit: 'projection', window: rangeOf(data) };
  return { ...size, kind, unit: 'HU', window: window ?? (isBody(data) ? SOFT_TISSUE : WHOLE_RANGE) };
}

function isBody(data: Float32Array): boolean {
  let soft = 0;
  for (const value of data) if (value > -150 && value < 250) soft++;
  return soft > 0.1 * data.length;
}

function rangeOf(data: Float32Array): ScanContent['window'] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { centre: (low + high) / 2, width: Math.max(high - low, Number.EPSILON) };
}

export const readValuesSchema = z.strictObject({
  npy: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array'),
  /** A spread, not a slice: shown from 0. */
  isSpread: z.boolean(),
});

/** A result in HU. */
export async function readValues({ npy, isSpread }: z.output<typeof readValuesSchema>): Promise<ScanContent> {
  const slice = await readSlice({ bytes: npy, name: 'the result' });
  if (!isSpread) return content(slice, 'slice', 1);
  const { width } = rangeOf(slice.data);
  return content(slice, 'slice', 1, { centre: width / 2, width });
}

const beamShape = restoreOptionsSchema.pick({ sourceAxis: true, detectorSpacing: true }).shape;

export const simulateScanSchema = z.strictObject({
  file: placedFileSchema,
  slice: z.int().min(0),
  views: z.int().min(1),
  noise: z.number().min(0),
  seed: z.int().min(0),
  ...beamShape,
});

export interface SimulatedScan {
  /** The sinogram as .npy. */
  readonly npy: Uint8Array;
  readonly angles: readonly number[];
  readonly content: ScanContent;
  readonly fbp: ScanContent;
}

/** What a scanner would measure of a slice, and the classical reconstruction of it. @throws invalid-shape unless square */
export async function simulateScan(job: z.output<typeof simulateScanSchema>): Promise<SimulatedScan> {
  const slice = await readSlice(await contentsOf(job.file), job.slice);
  const beam = beamOf(job);
  const scan = scanSlice(slice, equalAngles(job.views, beam), job.noise, job.seed, beam);
  const sinogram = { width: scan.detectors, height: scan.angles.length, data: scan.data };
  return {
    npy: await writeValues(sinogram, 'npy'),
    angles: scan.angles,
    content: content(sinogram, 'sinogram', 1),
    fbp: content(backProjected(scan, createScanner(scan)), 'slice', 1),
  };
}

export const encodeValuesSchema = z.strictObject({
  npy: readValuesSchema.shape.npy,
  format: z.enum(SLICE_FORMATS).exclude(['png']),
  /** dicom: the file that says whose image it is, where it is DICOM itself. */
  source: placedFileSchema.optional(),
  /** dicom: what was done. */
  description: z.string().default(''),
});

/** A slice as a file of numbers. */
export async function encodeValues(job: z.output<typeof encodeValuesSchema>): Promise<Uint8Array> {
  const { npy, format, source, description } = job;
  if (format === 'npy') return npy;
  const { shape, data } = readNpy(npy, 'the result');
  if (shape.length !== 2) throw new LangevinError('internal', `A result has the shape (${shape.join(', ')}).`);
  const slice = { width: shape[1], height: shape[0], data: Float32Array.from(data) };
  return format === 'dicom'
    ? writeDicom(slice, { source: await dicomSource([source]), description })
    : writeValues(slice, format);
}
