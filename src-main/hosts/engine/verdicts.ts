import { createHash } from 'node:crypto';
import type { Manifest } from '../../prior/manifest.ts';
import type { DiskCache } from './disk-cache.ts';
import type { FoundModel } from './model-store.ts';

/** What `models check` found of the models that were checked here, by their manifests. */
export class Verdicts {
  readonly #cache: DiskCache;

  constructor(cache: DiskCache) {
    this.#cache = cache;
  }

  /** @param problems  empty for a model that passed. */
  async record(manifest: Manifest, problems: readonly string[]): Promise<void> {
    await this.#cache.put(keyOf(manifest), new TextEncoder().encode(JSON.stringify(problems)));
  }

  /** What a user of the model must be told; undefined for one that passed, and for a shipped one without a verdict. */
  async warning({ manifest, origin }: Pick<FoundModel, 'manifest' | 'origin'>): Promise<string | undefined> {
    const bytes = await this.#cache.get(keyOf(manifest));
    if (bytes === undefined) {
      if (origin === 'shipped') return undefined;
      return `Nobody has checked on this machine whether the model ${manifest.name} is what it says: langevin models check does.`;
    }
    const [problem] = JSON.parse(new TextDecoder().decode(bytes)) as string[];
    return problem === undefined ? undefined : `The model ${manifest.name} did not pass its check: ${problem}`;
  }
}

/** A manifest that was mended is another one. */
function keyOf({ calibration: _, ...manifest }: Manifest): string {
  return `verdict 1 ${createHash('sha256').update(JSON.stringify(manifest)).digest('hex')}`;
}
