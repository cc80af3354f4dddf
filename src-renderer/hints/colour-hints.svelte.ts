import type { ColourHint } from '../../src-main/contract/app/runs.ts';
import type { Editor } from '../canvas/editor.ts';
import { valueChange } from '../canvas/history.ts';

/** Colours that people know of a grey picture, at places that they have marked; every change is a step of its history. */
export class ColourHints {
  readonly #editor: Editor;
  #all: readonly ColourHint[] = $state.raw([]);
  /** Of the next one. */
  color = $state('#b5793f');

  constructor(editor: Editor, before: readonly ColourHint[] = []) {
    this.#editor = editor;
    this.#all = before;
  }

  /** The last lies on top. */
  get all(): readonly ColourHint[] {
    return this.#all;
  }

  /** What is marked has the colour: the mask becomes a hint, as one step. @returns false where nothing is marked. */
  paint(): boolean {
    const { document } = this.#editor;
    const { bounds } = document.layer;
    if (bounds === undefined || document.isEditing) return false;
    const hint = { color: this.color, mask: { ...bounds, coverage: document.layer.read(bounds) } };
    const mark = document.history.mark();
    document.edit('history.hint-paint', (layer) => layer.fillRect(bounds, 'subtract'));
    this.#change('history.hint-paint', [...this.#all, hint]);
    document.history.squash(mark, 'history.hint-paint');
    return true;
  }

  recolor(hint: ColourHint, color: string): void {
    const all = this.#all.map((other) => (other === hint ? { ...hint, color } : other));
    this.#change('history.hint-recolor', all);
  }

  remove(hint: ColourHint): void {
    this.#editor.document.history.mark();
    this.#change(
      'history.hint-remove',
      this.#all.filter((other) => other !== hint),
    );
  }

  #change(label: string, all: readonly ColourHint[]): void {
    const before = this.#all;
    const write = (hints: readonly ColourHint[]): void => {
      this.#all = hints;
      // They lie on the picture.
      this.#editor.canvasChanged();
    };
    write(all);
    this.#editor.document.history.record(
      valueChange(label, before, () => this.#all, write, label === 'history.hint-recolor' ? label : undefined, true),
    );
  }
}
