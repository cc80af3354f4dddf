import { History, type HistoryEntry } from './history.ts';
import type { MaskLayer } from './mask-layer.ts';
import { type TilePatch } from './mask-layer.ts';

/** A mask with its history: every edit, however many strokes or tiles it touches, is one step of undo. */
export class MaskDocument {
  readonly layer: MaskLayer;
  readonly history: History;
  #label: string | undefined;

  /** @param history  shared with other things that are undone in the same order, such as settings. */
  constructor(layer: MaskLayer, history = new History()) {
    this.layer = layer;
    this.history = history;
  }

  /** Whether an edit is in progress, for instance a stroke. */
  get isEditing(): boolean {
    return this.#label !== undefined;
  }

  /**
   * Starts an edit that lasts until `commit` or `cancel`.
   * @param label  message key that names it in the undo menu.
   * @throws internal when another edit is in progress.
   */
  begin(label: string): void {
    this.layer.beginEdit();
    this.#label = label;
  }

  /** Ends the edit; false when it changed nothing, which leaves no step. */
  commit(): boolean {
    const patch = this.layer.commitEdit();
    const label = this.#label ?? '';
    this.#label = undefined;
    if (patch === undefined) return false;
    this.history.mark();
    this.history.record(maskChange(this.layer, label, patch));
    return true;
  }

  /** Ends the edit and takes it back. */
  cancel(): void {
    this.#label = undefined;
    this.layer.cancelEdit();
  }

  /** Makes one edit of what `change` does to the layer; when it throws, nothing has changed. */
  edit(label: string, change: (layer: MaskLayer) => void): boolean {
    this.begin(label);
    try {
      change(this.layer);
    } catch (error) {
      this.cancel();
      throw error;
    }
    return this.commit();
  }

  /** Takes the last step back; refused (false) during an edit, which its owner has to end first. */
  undo(): boolean {
    return !this.isEditing && this.history.undo();
  }

  /** Repeats the last undone step; refused (false) during an edit. */
  redo(): boolean {
    return !this.isEditing && this.history.redo();
  }
}

/** The entry of a changed mask. @param patch  puts it back. */
export function maskChange(layer: MaskLayer, label: string, patch: TilePatch): HistoryEntry {
  return { label, bytes: patch.bytes, patches: [patch], revert: () => maskChange(layer, label, layer.apply(patch)) };
}
