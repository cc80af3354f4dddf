import type { DamageDetector } from '../../find/detector.ts';
import { createOnnxDetector } from '../../find/onnx-detector.ts';
import type { ModelStore } from './model-store.ts';

/** Opens detectors of damage and keeps the last one, which is small, for the next picture. */
export class DetectorPool {
  readonly #store: ModelStore;
  #kept: { readonly key: string; readonly opened: Promise<DamageDetector> } | undefined;

  constructor(store: ModelStore) {
    this.#store = store;
  }

  /**
   * @param nameOrFolder  of a model that finds damage.
   * @throws what ModelStore.findDetector, ModelStore.readDetector and createOnnxDetector throw
   */
  async open(nameOrFolder: string, threads: number | undefined): Promise<DamageDetector> {
    const found = await this.#store.findDetector(nameOrFolder);
    const key = [found.folder, found.detector.sha256, threads ?? 'auto'].join('\n');
    if (this.#kept?.key === key) return this.#kept.opened;
    const opened = this.#store.readDetector(found).then((bytes) => createOnnxDetector(found.detector, bytes, threads));
    const kept = { key, opened };
    // One that could not be opened may be mended by the next time.
    opened.catch(() => {
      if (this.#kept === kept) this.#kept = undefined;
    });
    const before = this.#kept;
    this.#kept = kept;
    await before?.opened.then(
      (detector) => detector.dispose(),
      () => undefined,
    );
    return opened;
  }
}
