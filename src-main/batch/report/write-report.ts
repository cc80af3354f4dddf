import { randomUUID } from 'node:crypto';
import { dirname, join, parse, relative, sep } from 'node:path';
import type { BatchReport } from '../../contract/batch.ts';
import { writeFailure } from '../failures.ts';
import type { FileSystem } from '../file-system.ts';
import type { WhenThereIsRoom } from '../journal/journal.ts';
import { htmlReport } from './html-report.ts';

/** report.json → report.html, in the same folder. */
export function htmlPath(json: string): string {
  const { dir, name, base } = parse(json);
  return join(dir, `${base.endsWith('.json') ? name : base}.html`);
}

/**
 * Writes a report as JSON and, beside it, as a page. Each replaces an older one at once.
 * @param path  of the JSON file.
 * @throws file-unwritable
 */
export async function writeReport(
  fs: FileSystem,
  report: BatchReport,
  path: string,
  whenThereIsRoom: WhenThereIsRoom,
): Promise<void> {
  const folder = relative(dirname(path), report.output).split(sep).join('/');
  await replace(fs, path, `${JSON.stringify(report, undefined, 1)}\n`, whenThereIsRoom);
  await replace(fs, htmlPath(path), htmlReport(report, folder), whenThereIsRoom);
}

async function replace(fs: FileSystem, path: string, text: string, whenThereIsRoom: WhenThereIsRoom): Promise<void> {
  const temporary = join(dirname(path), `.langevin-report-${randomUUID()}.part`);
  try {
    await whenThereIsRoom(path, async () => {
      await fs.makeFolder(dirname(path));
      await fs.create(temporary, Buffer.from(text));
    });
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.remove(temporary).catch(() => undefined);
    throw writeFailure(path, error);
  }
}
