import { operatorName } from '../forward-node.ts';
import type { AttributeProto, FunctionProto, ModelProto, NodeProto } from '../onnx-schema.ts';
import { renamed, type Namer } from './namer.ts';

/** The functions that a model brings along. */
export class LocalFunctions {
  readonly #byName = new Map<string, FunctionProto>();

  constructor({ functions = [] }: ModelProto) {
    for (const definition of functions) this.#byName.set(keyOf(definition.name, definition), definition);
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** The function that a node calls, if it is one. */
  find(node: NodeProto): FunctionProto | undefined {
    return this.#byName.get(keyOf(node.opType, node));
  }

  /** The nodes of a call: its own names for what goes in and out, new ones for what is within. */
  inline(call: NodeProto, definition: FunctionProto, namer: Namer): NodeProto[] {
    const names = new Map<string, string>();
    (definition.input ?? []).forEach((name, i) => names.set(name, call.input[i] ?? ''));
    // The value of an output may be one of the inputs, which then has a name already.
    const passed = (definition.output ?? []).flatMap((name, i): NodeProto[] => {
      const result = call.output[i] ?? '';
      if (result === '') return [];
      if (!names.has(name)) {
        names.set(name, result);
        return [];
      }
      return [{ opType: 'Identity', input: [names.get(name) ?? ''], output: [result] }];
    });
    const rename = (name: string): string => {
      const known = names.get(name) ?? namer.fresh(`${operatorName(call)}/${name}`);
      names.set(name, known);
      return known;
    };
    const given = new Map([
      ...(definition.attributeProto ?? []).map((a) => [a.name, a] as const),
      ...(call.attribute ?? []).map((a) => [a.name, a] as const),
    ]);
    const nodes = (definition.node ?? []).map((node) => renamed(withAttributes(node, given), rename));
    return [...nodes, ...passed];
  }
}

function keyOf(name: string, { domain = '', overload = '' }: { domain?: string; overload?: string }): string {
  return [domain === 'ai.onnx' ? '' : domain, name, overload].join('\n');
}

/** Attributes that refer to those of the call get their values; those it does not give are left out. */
function withAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attribute = (node.attribute ?? []).flatMap((own): AttributeProto[] => {
    if (!own.refAttrName) return [own];
    const value = given.get(own.refAttrName);
    return value === undefined ? [] : [{ ...value, name: own.name }];
  });
  return { ...node, attribute };
}
