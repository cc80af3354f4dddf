import { deflateSync, inflateSync } from 'node:zlib';
import { join, latin1 } from '../container.ts';
import { isPictureText } from './pictures-within.ts';

/** A text of a PNG (sections 11.3.3.2–4 of its specification), or a comment of another format. */
export interface Text {
  readonly keyword: string;
  readonly text: string;
}

/** No text comes near this; the limit stops decompression bombs. */
const MAX_INFLATED = 4 * 2 ** 20;

/** The text of a tEXt, zTXt or iTXt chunk; undefined when it cannot be read. */
export function readText(type: string, data: Uint8Array): Text | undefined {
  const end = data.indexOf(0);
  if (end < 1) return undefined;
  const keyword = Buffer.from(data.subarray(0, end)).toString('latin1');
  if (type === 'tEXt') return { keyword, text: Buffer.from(data.subarray(end + 1)).toString('latin1') };
  if (type === 'zTXt') {
    const text = inflated(data.subarray(end + 2));
    return text && { keyword, text: text.toString('latin1') };
  }
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const rest = data.subarray(translated + 1);
  const text = data[end + 1] === 0 ? Buffer.from(rest) : inflated(rest);
  return text && { keyword, text: text.toString('utf8') };
}

/** A text as a compressed chunk: zTXt, or iTXt where it is not Latin-1. */
export function textChunk({ keyword, text }: Text): { type: 'zTXt' | 'iTXt'; data: Uint8Array } {
  // eslint-disable-next-line no-control-regex -- the whole of Latin-1
  if (/^[\x00-\xff]*$/.test(text)) {
    return { type: 'zTXt', data: join([latin1(`${keyword}\0\0`), deflateSync(latin1(text))]) };
  }
  return { type: 'iTXt', data: join([latin1(`${keyword}\0\x01\0\0\0`), deflateSync(new TextEncoder().encode(text))]) };
}

/** Whether a text may hold a picture. */
export function holdsPicture({ text }: Text): boolean {
  return isPictureText(text);
}

/**
 * A block of bytes as ImageMagick and ExifTool keep it in a PNG: "Raw profile type …", in hexadecimal.
 * @returns undefined when the text is none.
 */
export function readRawProfile({ keyword, text }: Text): { kind: string; data: Uint8Array } | undefined {
  const kind = /^Raw profile type (\w+)$/.exec(keyword)?.[1];
  const match = /^\s*\w+\s+(\d+)\s+([0-9a-fA-F\s]*)$/.exec(text);
  if (kind === undefined || match === null) return undefined;
  const data = new Uint8Array(Buffer.from(match[2].replace(/\s+/g, ''), 'hex'));
  return data.length === Number(match[1]) ? { kind: kind.toLowerCase(), data } : undefined;
}

export function rawProfile(kind: string, data: Uint8Array): Text {
  const lines = Buffer.from(data)
    .toString('hex')
    .replace(/(.{72})/g, '$1\n');
  return { keyword: `Raw profile type ${kind}`, text: `\n${kind}\n${`${data.length}`.padStart(8)}\n${lines}\n` };
}

function inflated(data: Uint8Array): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_INFLATED });
  } catch {
    return undefined;
  }
}
