/** A TensorFlow tensor's type, as TensorFlow.js keeps it. */
export type ElementType = 'float32' | 'int32';

/** Attribute of a TensorFlow node (the JSON form of tensorflow.AttrValue). */
export type AttrValue =
  | { readonly type: string }
  | { readonly b: boolean }
  | { readonly i: string }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } }
  | { readonly list: { readonly i: readonly string[] } | { readonly s: readonly string[] } };

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

interface Weight {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  readonly data: Float32Array | Int32Array;
}

const dataTypes = { float32: 'DT_FLOAT', int32: 'DT_INT32' } as const;

export const floatType: AttrValue = { type: dataTypes.float32 };
export const intType: AttrValue = { type: dataTypes.int32 };
export const flag = (value: boolean): AttrValue => ({ b: value });
export const float = (value: number): AttrValue => ({ f: value });
export const integers = (values: readonly number[]): AttrValue => ({ list: { i: values.map(String) } });
/** Strings of a graph are bytes, which JSON writes in base64. */
export const text = (value: string): AttrValue => ({ s: btoa(value) });
export const texts = (values: readonly string[]): AttrValue => ({ list: { s: values.map((value) => btoa(value)) } });
export const shapeAttr = (dims: readonly number[]): AttrValue => ({
  shape: { dim: dims.map((size) => ({ size: String(size) })) },
});

/** A TensorFlow graph in the making. */
export class GraphDef {
  readonly #nodes: NodeDef[] = [];
  readonly #weights = new Map<string, Weight>();
  readonly #taken = new Set<string>();
  /** Small constants by their content, each of them written once. */
  readonly #shared = new Map<string, string>();

  /** A node with one output; the name becomes a free one like `hint`. */
  node(op: string, input: readonly string[], attr: Record<string, AttrValue>, hint: string): string {
    const name = this.#freeName(hint);
    this.#nodes.push({ name, op, input, attr });
    return name;
  }

  /** An input of the graph; -1 stands for a size that is free. Its name is kept as it is. */
  placeholder(name: string, dims: readonly number[]): string {
    this.#taken.add(name);
    this.#nodes.push({ name, op: 'Placeholder', input: [], attr: { dtype: floatType, shape: shapeAttr(dims) } });
    return name;
  }

  constant(data: Float32Array | Int32Array, shape: readonly number[], hint: string): string {
    const dtype: ElementType = data instanceof Float32Array ? 'float32' : 'int32';
    const key = data.length > 16 ? undefined : `${dtype} [${shape.join()}] ${data.join()}`;
    const known = key === undefined ? undefined : this.#shared.get(key);
    if (known !== undefined) return known;
    const name = this.#freeName(hint);
    this.#weights.set(name, { shape, dtype, data });
    this.#nodes.push({ name, op: 'Const', input: [], attr: { dtype: { type: dataTypes[dtype] } } });
    if (key !== undefined) this.#shared.set(key, name);
    return name;
  }

  ints(values: readonly number[]): string {
    return this.constant(Int32Array.from(values), [values.length], 'sizes');
  }

  /** The nodes and weights that `output` is computed from, in their order. */
  behind(output: string): { nodes: NodeDef[]; weights: Map<string, Weight> } {
    const needed = new Set([output]);
    const nodes = [...this.#nodes].reverse().filter(({ name, input }) => {
      if (needed.has(name)) input.forEach((other) => needed.add(other));
      return needed.has(name);
    });
    const weights = new Map([...this.#weights].filter(([name]) => needed.has(name)));
    return { nodes: nodes.reverse(), weights };
  }

  #freeName(hint: string): string {
    // TensorFlow allows letters, digits and _ . - / after a first letter, digit or dot.
    const base = hint.replace(/[^\w./-]/g, '_').replace(/^[^A-Za-z0-9.]+/, '') || 'value';
    let name = base;
    for (let i = 1; this.#taken.has(name); i++) name = `${base}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
