import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withCodec } from '../src-main/images/codec.ts';
import type { AppPage } from '../test/e2e/app-page.ts';
import { ROOT } from './shipped-network.ts';

/** Pictures of the window for the documentation. */
const FOLDER = join(ROOT, 'docs/screenshots');

/** Writes what the window shows to docs/screenshots/NAME.png. */
export async function takeScreenshot({ page }: AppPage, name: string): Promise<void> {
  // Frames that are due, and pictures that are being drawn.
  await page.waitForTimeout(300);
  const taken = await page.screenshot();
  // 256 colours: a third of the size, and nothing that anybody would miss.
  const small = await withCodec((codec) =>
    codec.Image.newFromBuffer(taken).pngsaveBuffer({ palette: true, Q: 90, effort: 8, compression: 9 }),
  );
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.png`), small);
  process.stdout.write(`docs/screenshots/${name}.png\n`);
}
