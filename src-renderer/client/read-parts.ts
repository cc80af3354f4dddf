import type { AppResult } from '../../src-main/contract/app/replies.ts';
import type { AppCall } from '../../src-main/contract/app/calls.ts';
import { PART_BYTES, type BytesInParts, type Sent } from '../../src-main/contract/app/parts.ts';

/** Asks the host for one part. */
type ReadPart = (request: { readonly inParts: string; readonly at: number }) => Promise<Uint8Array>;

/** An answer with the bytes in it that come in parts. @throws what `readPart` throws */
export async function withParts<Call extends AppCall>(
  value: Sent<AppResult<Call>>,
  readPart: ReadPart,
): Promise<AppResult<Call>> {
  return (await filled(value, readPart)) as AppResult<Call>;
}

async function filled(value: unknown, readPart: ReadPart): Promise<unknown> {
  if (!isRecord(value)) return value;
  if (isInParts(value)) return readAll(value, readPart);
  const late = Object.entries(value).filter(([, part]) => isRecord(part));
  if (late.length === 0) return value;
  const parts = await Promise.all(late.map(async ([key, part]) => [key, await filled(part, readPart)] as const));
  return { ...value, ...Object.fromEntries(parts) };
}

async function readAll({ inParts, length }: BytesInParts, readPart: ReadPart): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += PART_BYTES) bytes.set(await readPart({ inParts, at }), at);
  return bytes;
}

function isInParts(value: object): value is BytesInParts {
  return 'inParts' in value;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
