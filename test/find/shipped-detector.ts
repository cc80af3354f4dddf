import { readFile } from 'node:fs/promises';
import { parseDetectorManifest, type DetectorManifest } from '../../src-main/find/manifest.ts';

const folder = new URL('../../models/damage/', import.meta.url);

export async function shippedDetector(): Promise<{ manifest: DetectorManifest; bytes: Uint8Array }> {
  const manifest = parseDetectorManifest(
    JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')),
    'damage',
  );
  return { manifest, bytes: await readFile(new URL(manifest.file, folder)) };
}
