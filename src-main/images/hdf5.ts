import type * as Library from 'h5wasm';
import type { Dataset, Entity, File } from 'h5wasm';
import { LangevinError } from '../errors.ts';
import { damaged, startsWith } from './container.ts';

/** A dataset of numbers. */
export interface Hdf5Array {
  /** "/exchange/data" */
  readonly path: string;
  readonly shape: readonly number[];
  /** Its attribute `units`. */
  readonly units?: string;
}

export interface Hdf5File {
  /** Datasets of real numbers, in the order of their paths. */
  readonly arrays: readonly Hdf5Array[];
  /** The values in C order, of all or of one plane across an axis. @throws picture-damaged, picture-too-large */
  readonly read: (array: Hdf5Array, plane?: { readonly axis: number; readonly index: number }) => Float32Array;
  readonly close: () => void;
}

/** Values that may be read at once: sixteen times the largest slice. */
const MAX_VALUES = 2 ** 30;
/** A file of more is no measurement. */
const MAX_ENTRIES = 10_000;
const INTEGER = 0;
const FLOAT = 1;

export function isHdf5(bytes: Uint8Array): boolean {
  return startsWith(bytes, '\x89HDF\r\n\x1a\n');
}

let opened = 0;

/**
 * Opens an HDF5 file in the memory of the HDF5 library (compiled to WebAssembly, which sees no other file); close it.
 * @param name  the file's name, for messages.
 * @throws picture-damaged
 */
export async function openHdf5(bytes: Uint8Array, name: string): Promise<Hdf5File> {
  const library = await import('h5wasm');
  const module = await library.ready;
  // Otherwise failures are printed, and go on as what is no file.
  module.activate_throwing_error_handler();
  const fs = library.FS!;
  const place = `/${++opened}.h5`;
  fs.writeFile(place, bytes);
  let file: File | undefined;
  const close = (): void => {
    file?.close();
    fs.unlink(place);
  };
  try {
    file = attempt(name, () => new library.File(place, 'r'));
    const root = file;
    const datasets = attempt(name, () => datasetsOf(root, library));
    return {
      arrays: datasets.map(({ path, shape, attrs }) => {
        const units = attrs['units']?.value;
        return { path, shape: shape!, ...(typeof units === 'string' ? { units } : {}) };
      }),
      read: ({ path, shape }, plane) => {
        const count = shape.reduce((product, side, axis) => (axis === plane?.axis ? product : product * side), 1);
        if (count > MAX_VALUES) {
          throw new LangevinError('picture-too-large', `${path} of ${name} holds ${count} values, more than are read.`);
        }
        const dataset = datasets.find((each) => each.path === path)!;
        const ranges = shape.map((side, axis): [number, number] =>
          axis === plane?.axis ? [plane.index, plane.index + 1] : [0, side],
        );
        const values = attempt(name, () => dataset.slice(ranges));
        if (!ArrayBuffer.isView(values)) throw damaged(name, `${path} cannot be read`);
        return Float32Array.from(values as ArrayLike<number | bigint>, Number);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function attempt<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LangevinError ? error : damaged(name, 'its HDF5 structure cannot be read', error);
  }
}

/** Links lead in circles in files of ill will; no group is entered twice as deep as any measurement has them. */
const MAX_DEPTH = 16;

function datasetsOf(root: File, library: typeof Library): Dataset[] {
  const found: Dataset[] = [];
  let entries = 0;
  const visit = (entity: Entity | null, depth: number): void => {
    if (++entries > MAX_ENTRIES || depth > MAX_DEPTH) throw new Error('too many entries');
    if (entity instanceof library.Group) {
      for (const key of entity.keys()) visit(entity.get(key), depth + 1);
    } else if (entity instanceof library.Dataset) {
      const { type, shape, vlen } = entity.metadata;
      if ((type === INTEGER || type === FLOAT) && shape !== null && shape.length > 0 && !vlen) found.push(entity);
    }
  };
  visit(root, 0);
  return found;
}
