import { LangevinError } from '../../errors.ts';
import type { Int64, TensorProto } from './onnx-schema.ts';

/** TensorProto.DataType codes met in networks. */
export const elementType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** By the number of an element type; of those that numbers are computed in. */
export const bytesPerElement: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
};

/** Whether gradients flow through values of this type. */
export function isFloating(type: number | undefined): boolean {
  return (
    type === elementType.float ||
    type === elementType.double ||
    type === elementType.float16 ||
    type === elementType.bfloat16
  );
}

/** A protobuf int64 as a number; magnitudes above 2^53 (ONNX uses 2^63 − 1 for "to the end") lose low digits. */
export function int64ToNumber(value: Int64): number {
  return typeof value === 'number' ? value : value.toNumber();
}

export function tensorDims(tensor: TensorProto): number[] {
  return (tensor.dims ?? []).map(int64ToNumber);
}

export function tensorSize(tensor: TensorProto): number {
  return tensorDims(tensor).reduce((a, b) => a * b, 1);
}

/**
 * The elements as little-endian bytes in row-major order, whichever of its fields the file keeps them in.
 * @throws model-corrupt when the length does not fit the shape; unsupported-operator for strings and other rare types.
 */
export function tensorBytes(tensor: TensorProto): { bytes: Uint8Array; bytesPerElement: number } {
  const size = bytesPerElement[tensor.dataType ?? 0];
  if (size === undefined) {
    throw new LangevinError(
      'unsupported-operator',
      `The constant "${tensor.name ?? ''}" has ONNX element type ${tensor.dataType ?? 0}, which cannot be differentiated through.`,
    );
  }
  const bytes = tensor.rawData?.length ? tensor.rawData : typedFieldBytes(tensor, size);
  if (bytes.length !== size * tensorSize(tensor)) {
    throw new LangevinError(
      'model-corrupt',
      `The constant "${tensor.name ?? ''}" of shape [${tensorDims(tensor).join(', ')}] needs ${size * tensorSize(tensor)} bytes but the file holds ${bytes.length}.`,
    );
  }
  return { bytes, bytesPerElement: size };
}

function typedFieldBytes(tensor: TensorProto, size: number): Uint8Array {
  const ints = tensor.int32Data ?? [];
  const wide = [...(tensor.int64Data ?? []), ...(tensor.uint64Data ?? [])].map(int64ToNumber);
  if (tensor.floatData?.length) return new Uint8Array(new Float32Array(tensor.floatData).buffer);
  if (tensor.doubleData?.length) return new Uint8Array(new Float64Array(tensor.doubleData).buffer);
  if (size === 8) return new Uint8Array(new BigInt64Array(wide.map((v) => BigInt(v))).buffer);
  if (wide.length > 0) return new Uint8Array(new Uint32Array(wide).buffer);
  if (size === 4) return new Uint8Array(new Int32Array(ints).buffer);
  if (size === 2) return new Uint8Array(new Uint16Array(ints).buffer);
  return new Uint8Array(ints);
}

/** The elements as numbers, or undefined for types that numbers do not serve (strings, 8-bit floats). */
export function tensorNumbers(tensor: TensorProto): number[] | undefined {
  if (bytesPerElement[tensor.dataType ?? 0] === undefined) return undefined;
  const { bytes, bytesPerElement: size } = tensorBytes(tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = reader(tensor.dataType ?? 0, view);
  return read === undefined ? undefined : Array.from({ length: bytes.length / size }, (_, i) => read(i * size));
}

function reader(type: number, view: DataView): ((at: number) => number) | undefined {
  switch (type) {
    case elementType.float:
      return (at) => view.getFloat32(at, true);
    case elementType.double:
      return (at) => view.getFloat64(at, true);
    case elementType.float16:
      return (at) => float16ToNumber(view.getUint16(at, true));
    case elementType.int64:
      return (at) => Number(view.getBigInt64(at, true));
    case elementType.uint64:
      return (at) => Number(view.getBigUint64(at, true));
    case elementType.int32:
      return (at) => view.getInt32(at, true);
    case elementType.uint32:
      return (at) => view.getUint32(at, true);
    case elementType.int16:
      return (at) => view.getInt16(at, true);
    case elementType.uint16:
      return (at) => view.getUint16(at, true);
    case elementType.int8:
      return (at) => view.getInt8(at);
    case elementType.uint8:
    case elementType.bool:
      return (at) => view.getUint8(at);
    default:
      return undefined;
  }
}

/** A float16 constant as a nameless float32 one, which holds each of its values exactly. */
export function widenedTensor(tensor: TensorProto): TensorProto {
  const { bytes } = tensorBytes(tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = float16ToNumber(view.getUint16(2 * i, true));
  const rawData = new Uint8Array(values.buffer);
  return { dataType: elementType.float, dims: tensorDims(tensor), rawData };
}

/** A constant of `type` in the form of an initializer. */
export function numericTensor(
  name: string,
  type: number,
  dims: readonly number[],
  values: readonly number[],
): TensorProto {
  const size = bytesPerElement[type] ?? 4;
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    const at = i * size;
    if (type === elementType.float) view.setFloat32(at, value, true);
    else if (type === elementType.double) view.setFloat64(at, value, true);
    else if (type === elementType.float16) view.setUint16(at, numberToFloat16(value), true);
    else if (type === elementType.bfloat16) view.setUint16(at, numberToBfloat16(value), true);
    else if (type === elementType.int64) view.setBigInt64(at, BigInt(value), true);
    else if (type === elementType.int32) view.setInt32(at, value, true);
    else view.setUint8(at, value);
  });
  return { name, dataType: type, dims: [...dims], rawData: bytes };
}

/** Every float16 as float32, by its bits; made when the first is met. Networks hold millions. */
let float16Values: Float32Array | undefined;

function float16ToNumber(bits: number): number {
  float16Values ??= Float32Array.from({ length: 2 ** 16 }, (_, i) => decodeFloat16(i));
  return float16Values[bits];
}

function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function numberToFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(magnitude)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | Math.round(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  // Rounding may carry into the exponent, which the addition takes care of.
  return sign | (((exponent + 15) << 10) + Math.round((magnitude / 2 ** exponent - 1) * 1024));
}

function numberToBfloat16(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0];
  return Number.isNaN(value) ? 0x7fc0 : (bits + 0x8000) >>> 16;
}
