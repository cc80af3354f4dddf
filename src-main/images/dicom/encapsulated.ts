import { counted } from '../../counted.ts';
import { DicomSyntaxError } from './data-set.ts';

const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;
/** Before each fragment: tag and length. */
const HEAD = 8;

interface Fragment {
  readonly bytes: Uint8Array;
  /** Of its item, from the first item after the offset table. */
  readonly offset: number;
}

/**
 * The compressed data of one frame (part 5, annex A.4): by the basic offset table, else one fragment a frame, else where
 * a fragment begins as codestreams do.
 * @param pixels  the value of Pixel Data from its first item on, the basic offset table.
 * @throws DicomSyntaxError where items and frames do not fit together.
 */
export function encapsulatedFrame(pixels: Uint8Array, index: number, frames: number): Uint8Array {
  const { table, fragments } = readItems(pixels);
  if (fragments.length === 0) throw new DicomSyntaxError('its pixel data hold no fragments');
  const starts = frameStarts(table, fragments, frames);
  if (starts.length !== frames) {
    throw new DicomSyntaxError(
      `its pixel data hold ${counted(starts.length, 'frame')}, but ${frames} ${frames === 1 ? 'is' : 'are'} claimed`,
    );
  }
  const parts = fragments.slice(starts[index], starts[index + 1]).map(({ bytes }) => bytes);
  return parts.length === 1 ? parts[0] : joined(parts);
}

function frameStarts(table: readonly number[], fragments: readonly Fragment[], frames: number): number[] {
  if (frames === 1) return [0];
  if (table.length === frames) {
    return table.map((offset) => {
      const at = fragments.findIndex((fragment) => fragment.offset === offset);
      if (at < 0) throw new DicomSyntaxError(`its offset table names byte ${offset}, where no fragment begins`);
      return at;
    });
  }
  if (fragments.length === frames) return fragments.map((_, i) => i);
  return fragments.flatMap(({ bytes }, i) => (beginsCodestream(bytes) ? [i] : []));
}

/** SOI of the JPEG family, SOC of JPEG 2000. */
function beginsCodestream(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && (bytes[1] === 0xd8 || bytes[1] === 0x4f);
}

function readItems(pixels: Uint8Array): { readonly table: readonly number[]; readonly fragments: readonly Fragment[] } {
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const items: { bytes: Uint8Array; at: number }[] = [];
  for (let at = 0; at + HEAD <= pixels.length;) {
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM) throw new DicomSyntaxError('its compressed pixel data are not made of items');
    if (at + HEAD + length > pixels.length) throw new DicomSyntaxError('its compressed pixel data end too early');
    items.push({ bytes: pixels.subarray(at + HEAD, at + HEAD + length), at });
    at += HEAD + length;
  }
  if (items.length === 0) throw new DicomSyntaxError('its pixel data hold no items');
  const [{ bytes: offsets }, ...rest] = items;
  const numbers = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  const table = Array.from({ length: Math.floor(offsets.length / 4) }, (_, i) => numbers.getUint32(4 * i, true));
  const first = rest[0]?.at ?? 0;
  return { table, fragments: rest.map(({ bytes, at }) => ({ bytes, offset: at - first })) };
}

/** The parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
