import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** sha256 of the manifest.json of every model in a folder, by its name: what the bundles of the desktop app hold them to. */
export function manifestHashes(models: string): Record<string, string> {
  const names = readdirSync(models).filter((name) => existsSync(join(models, name, 'manifest.json')));
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(models, name, 'manifest.json')))
        .digest('hex'),
    ]),
  );
}
