import type { AppResult } from '../../src-main/contract/app/replies.ts';
import type { AppCall } from '../../src-main/contract/app/calls.ts';
import { PART_BYTES, type BytesInParts, type Sent } from '../../src-main/contract/app/parts.ts';

/** Parts that are asked for at a time, so that the host reads one while another is on its way. */
const AT_ONCE = 3;

/** Asks the host for one part. */
type ReadPart = (request: { readonly inParts: string; readonly at: number }) => Promise<Uint8Array>;

/** Reads all of them at once, where there is a way; undefined where it leads nowhere. */
export type ReadWhole = (parts: BytesInParts) => Promise<Uint8Array | undefined>;

/** An answer with the bytes in it that come in parts. @throws what `readPart` throws */
export async function withParts<Call extends AppCall>(
  value: Sent<AppResult<Call>>,
  readPart: ReadPart,
  readWhole?: ReadWhole,
): Promise<AppResult<Call>> {
  return (await filled(value, readPart, readWhole)) as AppResult<Call>;
}

async function filled(value: unknown, readPart: ReadPart, readWhole: ReadWhole | undefined): Promise<unknown> {
  if (!isRecord(value)) return value;
  if (isInParts(value)) return (await readWhole?.(value)) ?? readAll(value, readPart);
  const late = Object.entries(value).filter(([, part]) => isRecord(part));
  if (late.length === 0) return value;
  const parts = await Promise.all(
    late.map(async ([key, part]) => [key, await filled(part, readPart, readWhole)] as const),
  );
  return { ...value, ...Object.fromEntries(parts) };
}

async function readAll({ inParts, length }: BytesInParts, readPart: ReadPart): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let next = 0;
  const readOn = async (): Promise<void> => {
    while (next < length) {
      const at = next;
      next += PART_BYTES;
      bytes.set(await readPart({ inParts, at }), at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readOn));
  return bytes;
}

function isInParts(value: object): value is BytesInParts {
  return 'inParts' in value;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
