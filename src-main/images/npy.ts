import { counted } from '../counted.ts';
import { LangevinError } from '../errors.ts';
import { damaged, startsWith, viewOf } from './container.ts';

export type NpyData =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** An n-dimensional array in C order (the last index runs fastest). */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NpyData;
}

/** As of NumPy 2; rearranging an array takes time in proportion to them. */
const MAX_DIMENSIONS = 64;
/** Ten times what a header of 64 dimensions takes; regular expressions meet no more. */
const MAX_HEADER = 16_384;

const MAGIC = '\x93NUMPY';

interface ElementType {
  readonly bytes: number;
  readonly make: (length: number) => NpyData;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const elementTypes: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['u1', { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  ['b1', { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  ['i1', { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  ['u2', { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) }],
  ['i2', { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) }],
  ['u4', { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) }],
  ['i4', { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) }],
  ['f4', { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) }],
  ['f8', { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) }],
  // NumPy's default integers; JavaScript has no such numbers, so they become doubles, exact up to 2^53.
  ['i8', { bytes: 8, make: (n) => new Float64Array(n), read: (v, at, little) => Number(v.getBigInt64(at, little)) }],
  ['u8', { bytes: 8, make: (n) => new Float64Array(n), read: (v, at, little) => Number(v.getBigUint64(at, little)) }],
]);

/**
 * Reads a NumPy array file (.npy, format versions 1 to 3) of booleans, integers or floats of either byte order.
 * Fortran-ordered arrays are rearranged to C order; 64-bit integers become doubles.
 * @param name  the file's name, for messages.
 * @throws not-a-picture when it is no .npy file, picture-damaged when its length does not fit its header,
 * unsupported-format for other element types.
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  if (bytes.length === 0) throw damaged(name, 'it is empty (0 bytes)');
  if (!startsWith(bytes, MAGIC)) {
    throw new LangevinError('not-a-picture', `${name} is not a NumPy array file: it does not begin with \\x93NUMPY.`);
  }
  const view = viewOf(bytes);
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw damaged(name, 'it ends within its header');
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw damaged(name, 'it ends within its header');
  if (end - start > MAX_HEADER) throw damaged(name, `its header of ${end - start} bytes is no array's`);
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (/'descr':/.test(header) && !descr) throw unsupportedType(name, 'records');
  if (!descr || !order || !shapeText) throw damaged(name, 'its header is not that of an array');
  const type = elementTypes.get(descr[2]);
  if (!type) throw unsupportedType(name, descr[1] + descr[2]);

  const shape = shapeText[1].split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  if (shape.length > MAX_DIMENSIONS) {
    throw damaged(name, `it claims ${counted(shape.length, 'dimension')}; NumPy has at most ${MAX_DIMENSIONS}`);
  }
  const count = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(count)) throw damaged(name, 'its shape is larger than any array');
  if (end + count * type.bytes !== bytes.length) {
    throw damaged(
      name,
      `shape (${shape.join(', ')}) of ${descr[2]} needs ${count * type.bytes} bytes, but ${bytes.length - end} follow`,
    );
  }
  const data = type.make(count);
  const little = descr[1] !== '>';
  for (let i = 0; i < count; i++) data[i] = type.read(view, end + i * type.bytes, little);
  return { shape, data: order[1] === 'True' ? toCOrder(data, shape, type) : data };
}

/**
 * Writes an array as .npy, version 1, little-endian, C order, with the element type of its data.
 * @throws invalid-shape when the length does not fit the shape.
 */
export function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count !== data.length) {
    throw new LangevinError(
      'invalid-shape',
      `An array of shape (${shape.join(', ')}) has ${count} elements but ${data.length} were given.`,
    );
  }
  const type = data instanceof Float32Array || data instanceof Float64Array ? 'f' : isSigned(data) ? 'i' : 'u';
  const size = data.BYTES_PER_ELEMENT;
  const descr = `${size === 1 ? '|' : '<'}${type}${size}`;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The header ends in a line feed at a multiple of 64 bytes.
  const padded = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Uint8Array.from(`${MAGIC}\x01\0\0\0${dictionary.padEnd(padded - 1)}\n`, (c) => c.charCodeAt(0));
  viewOf(head).setUint16(8, padded, true);
  const out = new Uint8Array(head.length + data.byteLength);
  out.set(head);
  // Every platform Node runs on with this program's dependencies is little-endian.
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head.length);
  return out;
}

function isSigned(data: NpyData): boolean {
  return data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
}

function unsupportedType(name: string, type: string): LangevinError {
  return new LangevinError(
    'unsupported-format',
    `${name} holds elements of type ${type}; booleans, integers and 32- or 64-bit floats are read. ` +
      "Save it as array.astype('float32').",
  );
}

/** Rearranges data whose first index runs fastest. */
function toCOrder(data: NpyData, shape: readonly number[], type: ElementType): NpyData {
  const out = type.make(data.length);
  const index = shape.map(() => 0);
  for (let from = 0; from < data.length; from++) {
    let to = 0;
    for (let d = 0; d < shape.length; d++) to = to * shape[d] + index[d];
    out[to] = data[from];
    for (let d = 0; d < shape.length && ++index[d] === shape[d]; d++) index[d] = 0;
  }
  return out;
}
