import protobuf from 'protobufjs/light.js';

// The part of onnx.proto (https://github.com/onnx/onnx, Apache-2.0) that a model file is made of, as protobufjs reads
// it. Field numbers are the format's; fields that are only carried along unread (sparse tensors) are
// declared `bytes`, which has the wire form of any message.

/** int64 as protobufjs hands it over. */
export type Int64 = number | { toNumber(): number };

export interface StringStringEntry {
  key?: string;
  value?: string;
}

export interface TensorProto {
  dims?: Int64[];
  dataType?: number;
  floatData?: number[];
  int32Data?: number[];
  stringData?: Uint8Array[];
  int64Data?: Int64[];
  name?: string;
  rawData?: Uint8Array;
  doubleData?: number[];
  uint64Data?: Int64[];
  externalData?: StringStringEntry[];
  dataLocation?: number;
}

export interface AttributeProto {
  name: string;
  type?: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  t?: TensorProto | null;
  g?: GraphProto | null;
  floats?: number[];
  ints?: Int64[];
  strings?: Uint8Array[];
  tensors?: TensorProto[];
  graphs?: GraphProto[];
  /** Inside a function: the attribute of the call that is meant. */
  refAttrName?: string;
}

export interface NodeProto {
  input: string[];
  output: string[];
  name?: string;
  opType: string;
  domain?: string;
  overload?: string;
  attribute?: AttributeProto[];
}

export interface DimensionProto {
  dimValue?: Int64;
  dimParam?: string;
}

export interface ValueInfoProto {
  name: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: DimensionProto[] } } };
}

export interface GraphProto {
  node: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  sparseInitializer?: Uint8Array[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
  valueInfo?: ValueInfoProto[];
}

export interface ModelProto {
  irVersion?: Int64;
  opsetImport?: { domain?: string; version?: Int64 }[];
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: Int64;
  docString?: string;
  graph?: GraphProto | null;
  metadataProps?: StringStringEntry[];
  functions?: FunctionProto[];
}

/** A function of the model's own: nodes under a name. */
export interface FunctionProto {
  name: string;
  domain?: string;
  overload?: string;
  input?: string[];
  output?: string[];
  /** Attributes without a default. */
  attribute?: string[];
  /** Attributes with one. */
  attributeProto?: AttributeProto[];
  node?: NodeProto[];
  opsetImport?: { domain?: string; version?: Int64 }[];
  valueInfo?: Uint8Array[];
}

/** AttributeProto.AttributeType. */
export const attributeType = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const;

type FieldTable = Record<string, [rule: '' | 'repeated', type: string, id: number, packed?: boolean]>;

function message(fields: FieldTable, nested?: Record<string, protobuf.IType>): protobuf.IType {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [rule, type, id, packed = false]]) => [
        name,
        { ...(rule === '' ? {} : { rule }), type, id, ...(rule === '' ? {} : { options: { packed } }) },
      ]),
    ),
    ...(nested === undefined ? {} : { nested }),
  };
}

const root = protobuf.Root.fromJSON({
  nested: {
    StringStringEntryProto: message({ key: ['', 'string', 1], value: ['', 'string', 2] }),
    OperatorSetIdProto: message({ domain: ['', 'string', 1], version: ['', 'int64', 2] }),
    TensorProto: message({
      dims: ['repeated', 'int64', 1],
      dataType: ['', 'int32', 2],
      floatData: ['repeated', 'float', 4, true],
      int32Data: ['repeated', 'int32', 5, true],
      stringData: ['repeated', 'bytes', 6],
      int64Data: ['repeated', 'int64', 7, true],
      name: ['', 'string', 8],
      rawData: ['', 'bytes', 9],
      doubleData: ['repeated', 'double', 10, true],
      uint64Data: ['repeated', 'uint64', 11, true],
      externalData: ['repeated', 'StringStringEntryProto', 13],
      dataLocation: ['', 'int32', 14],
    }),
    AttributeProto: message({
      name: ['', 'string', 1],
      f: ['', 'float', 2],
      i: ['', 'int64', 3],
      s: ['', 'bytes', 4],
      t: ['', 'TensorProto', 5],
      g: ['', 'GraphProto', 6],
      floats: ['repeated', 'float', 7],
      ints: ['repeated', 'int64', 8],
      strings: ['repeated', 'bytes', 9],
      tensors: ['repeated', 'TensorProto', 10],
      graphs: ['repeated', 'GraphProto', 11],
      type: ['', 'int32', 20],
      refAttrName: ['', 'string', 21],
    }),
    NodeProto: message({
      input: ['repeated', 'string', 1],
      output: ['repeated', 'string', 2],
      name: ['', 'string', 3],
      opType: ['', 'string', 4],
      attribute: ['repeated', 'AttributeProto', 5],
      domain: ['', 'string', 7],
      overload: ['', 'string', 8],
    }),
    TypeProto: message(
      { tensorType: ['', 'Tensor', 1], sequenceType: ['', 'bytes', 4], mapType: ['', 'bytes', 5] },
      { Tensor: message({ elemType: ['', 'int32', 1], shape: ['', 'TensorShapeProto', 2] }) },
    ),
    TensorShapeProto: message(
      { dim: ['repeated', 'Dimension', 1] },
      { Dimension: message({ dimValue: ['', 'int64', 1], dimParam: ['', 'string', 2] }) },
    ),
    ValueInfoProto: message({ name: ['', 'string', 1], type: ['', 'TypeProto', 2] }),
    GraphProto: message({
      node: ['repeated', 'NodeProto', 1],
      name: ['', 'string', 2],
      initializer: ['repeated', 'TensorProto', 5],
      input: ['repeated', 'ValueInfoProto', 11],
      output: ['repeated', 'ValueInfoProto', 12],
      valueInfo: ['repeated', 'ValueInfoProto', 13],
      sparseInitializer: ['repeated', 'bytes', 15],
    }),
    ModelProto: message({
      irVersion: ['', 'int64', 1],
      producerName: ['', 'string', 2],
      producerVersion: ['', 'string', 3],
      domain: ['', 'string', 4],
      modelVersion: ['', 'int64', 5],
      docString: ['', 'string', 6],
      graph: ['', 'GraphProto', 7],
      opsetImport: ['repeated', 'OperatorSetIdProto', 8],
      metadataProps: ['repeated', 'StringStringEntryProto', 14],
      functions: ['repeated', 'FunctionProto', 25],
    }),
    FunctionProto: message({
      name: ['', 'string', 1],
      input: ['repeated', 'string', 4],
      output: ['repeated', 'string', 5],
      attribute: ['repeated', 'string', 6],
      node: ['repeated', 'NodeProto', 7],
      opsetImport: ['repeated', 'OperatorSetIdProto', 9],
      domain: ['', 'string', 10],
      attributeProto: ['repeated', 'AttributeProto', 11],
      valueInfo: ['repeated', 'bytes', 12],
      overload: ['', 'string', 13],
    }),
  },
});

/** The protobufjs codec of a whole model. */
export const modelProtoType = root.lookupType('ModelProto');
