import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './shipped-network.ts';

/**
 * Replaces the section of a document between `<!-- name:begin -->` and `<!-- name:end -->`, with a line that says where
 * and when it was measured.
 */
export async function writeSection(name: string, markdown: string, document = 'docs/benchmarks.md'): Promise<void> {
  const path = join(ROOT, document);
  const text = await readFile(path, 'utf8').catch(() => '# Benchmarks\n');
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const section = `${begin}\n${markdown.trim()}\n\n${machine()}\n${end}`;
  const pattern = new RegExp(`${begin}[\\s\\S]*${end}`);
  const updated = pattern.test(text) ? text.replace(pattern, () => section) : `${text.trimEnd()}\n\n${section}\n`;
  await writeFile(path, updated);
  process.stdout.write(`${markdown}\n`);
}

/** A markdown table; cells are numbers rounded already, or text. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The middle value; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
}

function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `*${date}, ${cpus().length} × ${cpus()[0].model.trim()}, ${memory} GiB, Node.js ${process.versions.node}, CPU provider.*`;
}
