import { crc32 } from 'node:zlib';

/** A record as a line: the CRC-32 of its JSON in hexadecimal, a space, the JSON. */
export function writeLine(record: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(record));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
}

export interface JournalLines {
  /** The records of the lines that are whole, in order. */
  readonly records: readonly unknown[];
  /** Numbers, from 1, of lines that end properly and yet are damaged. */
  readonly damaged: readonly number[];
  /** Bytes up to the end of the last line that ends properly; what follows was being written when the writer died. */
  readonly length: number;
}

/** Reads lines of `writeLine`. A torn last line is left out; damaged ones are left out and named. */
export function readLines(bytes: Uint8Array): JournalLines {
  const records: unknown[] = [];
  const damaged: number[] = [];
  let start = 0;
  for (let number = 1; ; number++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return { records, damaged, length: start };
    const line = Buffer.from(bytes.subarray(start, end));
    start = end + 1;
    const json = line.subarray(9);
    if (line.length > 9 && line.toString('latin1', 0, 9) === `${checksum(json)} `) {
      records.push(JSON.parse(json.toString('utf8')));
    } else {
      damaged.push(number);
    }
  }
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
