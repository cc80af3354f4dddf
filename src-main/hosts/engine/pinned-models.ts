import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { LangevinError } from '../../errors.ts';
import type { Locations } from './locations.ts';

/**
 * sha256 of the manifest.json of every shipped model by its name, put here when the desktop app is bundled; not there
 * otherwise. Manifests have the hashes of their networks: with the bundle, whose integrity Electron checks, all of it holds.
 */
declare const LANGEVIN_PINNED_MODELS: Readonly<Record<string, string>>;

export type PinnedModels = Readonly<Record<string, string>>;

export const pinnedModels: PinnedModels | undefined =
  typeof LANGEVIN_PINNED_MODELS === 'undefined' ? undefined : LANGEVIN_PINNED_MODELS;

/**
 * Refuses a model in the program's own folder that is not as it was when the program was made.
 * @param folder  of the model.
 * @param manifest  bytes of its manifest.json.
 * @throws model-corrupt
 */
export function assertPinned(
  pinned: PinnedModels | undefined,
  { models }: Locations,
  folder: string,
  manifest: Uint8Array,
): void {
  const parent = dirname(resolve(folder));
  if (pinned === undefined || !models.some((place) => place.origin === 'shipped' && resolve(place.folder) === parent)) {
    return;
  }
  const name = basename(folder);
  const expected = Object.hasOwn(pinned, name) ? pinned[name] : undefined;
  if (expected === undefined) {
    throw new LangevinError(
      'model-corrupt',
      `${folder} did not come with Langevin. Models of your own belong elsewhere: langevin models import puts them there.`,
    );
  }
  const actual = createHash('sha256').update(manifest).digest('hex');
  if (actual !== expected) {
    throw new LangevinError(
      'model-corrupt',
      `The model ${name} in ${folder} has been changed since Langevin was made (sha256 ${actual}, not ${expected}), so it ` +
        'is not used. Install Langevin again.',
    );
  }
}
