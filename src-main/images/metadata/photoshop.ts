import { join, viewOf } from '../container.ts';
import { findPicture } from './pictures-within.ts';
import { ascii } from '../sniff.ts';

/** IPTC-IIM among the image resources of Photoshop. */
const IPTC = 1028;
/** Thumbnails (of version 4 and later), EXIF and XMP once more, and data of plug-ins, among them undone states. */
const COPIES = new Set([1033, 1036, 1058, 1059, 1060]);
const FIRST_PLUGIN = 4000;
const LAST_PLUGIN = 4999;

interface Resource {
  readonly id: number;
  /** Signature, id, name, length, data and padding as they are. */
  readonly whole: Uint8Array;
  readonly data: Uint8Array;
}

/** Image resources (Adobe Photoshop File Formats) without those that show the picture as it was. */
export interface CleanResources {
  readonly resources: Uint8Array | undefined;
  readonly dropped: readonly string[];
}

export function cleanResources(bytes: Uint8Array): CleanResources {
  const { list, isWhole } = parse(bytes);
  const kept = list.filter(({ id, data }) => {
    return !COPIES.has(id) && !(id >= FIRST_PLUGIN && id <= LAST_PLUGIN) && findPicture(data) < 0;
  });
  const dropped = kept.length < list.length ? ['thumbnails of Photoshop'] : [];
  if (kept.length === list.length && (isWhole || findPicture(bytes) < 0)) {
    return { resources: bytes.length > 0 ? bytes : undefined, dropped };
  }
  return { resources: kept.length === 0 ? undefined : join(kept.map(({ whole }) => whole)), dropped };
}

/** The IPTC-IIM data of image resources. */
export function iptcOf(resources: Uint8Array): Uint8Array | undefined {
  return parse(resources)
    .list.find(({ id }) => id === IPTC)
    ?.data.slice();
}

/** Image resources of nothing but IPTC-IIM data. */
export function iptcResource(iptc: Uint8Array): Uint8Array {
  const head = new Uint8Array(12);
  const view = viewOf(head);
  [0x38, 0x42, 0x49, 0x4d].forEach((byte, i) => (head[i] = byte));
  view.setUint16(4, IPTC);
  view.setUint32(8, iptc.length);
  return join([head, iptc, new Uint8Array(iptc.length & 1)]);
}

function parse(bytes: Uint8Array): { list: Resource[]; isWhole: boolean } {
  const view = viewOf(bytes);
  const list: Resource[] = [];
  let at = 0;
  while (at + 12 <= bytes.length && /^(8BIM|MeSa|PHUT|AgHg|DCSR)$/.test(ascii(bytes, at, 4))) {
    const nameBytes = bytes[at + 6] + 1;
    const lengthAt = at + 6 + nameBytes + (nameBytes & 1);
    if (lengthAt + 4 > bytes.length) return { list, isWhole: false };
    const length = view.getUint32(lengthAt);
    const start = lengthAt + 4;
    if (start + length > bytes.length) return { list, isWhole: false };
    const end = Math.min(bytes.length, start + length + (length & 1));
    list.push({
      id: view.getUint16(at + 4),
      whole: bytes.subarray(at, end),
      data: bytes.subarray(start, start + length),
    });
    at = end;
  }
  return { list, isWhole: at >= bytes.length };
}
