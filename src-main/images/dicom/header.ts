import { damaged } from '../container.ts';
import { DicomSyntaxError, PIXEL_DATA, type DicomDataSet } from './data-set.ts';
import { openDataSet, refused } from './open.ts';

/** Millimetres in the patient's coordinates: towards the left, the back and the head. */
export type Vector = readonly [number, number, number];

/** What a file says of its place in a series. */
export interface DicomHeader {
  readonly seriesUid?: string;
  readonly seriesNumber?: number;
  readonly description?: string;
  readonly instanceNumber?: number;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** Of the centre of the first pixel. */
  readonly position?: Vector;
  /** Unit vectors along the rows and down the columns. */
  readonly orientation?: { readonly row: Vector; readonly column: Vector };
  /** Side of a pixel, millimetres. */
  readonly pixelSpacing?: number;
  readonly sliceThickness?: number;
}

const DESCRIPTION = 0x0008103e;
const THICKNESS = 0x00180050;
const SERIES_UID = 0x0020000e;
const SERIES_NUMBER = 0x00200011;
const INSTANCE_NUMBER = 0x00200013;
const POSITION = 0x00200032;
const ORIENTATION = 0x00200037;
const FRAMES = 0x00280008;
const ROWS = 0x00280010;
const COLUMNS = 0x00280011;
const PIXEL_SPACING = 0x00280030;

/**
 * Reads what sorts a file into a series, without its pixels, of which any number of bytes may be missing.
 * @throws not-a-picture, picture-damaged; unsupported-format for a file without a picture, such as a DICOMDIR.
 */
export function readDicomHeader(bytes: Uint8Array, name: string): DicomHeader {
  try {
    const { data } = openDataSet(bytes, name);
    const [rows, columns] = [data.uint16(ROWS), data.uint16(COLUMNS)];
    if (!rows || !columns || !data.has(PIXEL_DATA))
      throw refused(name, 'it has no picture', 'Name the file of a slice');
    const position = vectorOf(data, POSITION, 0);
    const [row, column] = [vectorOf(data, ORIENTATION, 0), vectorOf(data, ORIENTATION, 3)];
    const optional = {
      seriesUid: data.text(SERIES_UID),
      seriesNumber: data.number(SERIES_NUMBER),
      description: data.text(DESCRIPTION),
      instanceNumber: data.number(INSTANCE_NUMBER),
      position,
      orientation: row && column && { row, column },
      pixelSpacing: data.number(PIXEL_SPACING),
      sliceThickness: data.number(THICKNESS),
    };
    const known = Object.entries(optional).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(known), rows, columns, frames: data.number(FRAMES) ?? 1 };
  } catch (error) {
    if (error instanceof DicomSyntaxError) throw damaged(name, error.message, error);
    throw error;
  }
}

function vectorOf(data: DicomDataSet, tag: number, first: number): Vector | undefined {
  const [x, y, z] = [0, 1, 2].map((i) => data.number(tag, first + i));
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}
