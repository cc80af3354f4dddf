import { createSubscriber } from 'svelte/reactivity';
import type { Editor, EditorChange } from '../canvas/editor.ts';
import type { PixelSource } from '../canvas/geometry.ts';
import type { EditorSettings } from '../canvas/settings.ts';
import type { KeyboardCursor } from '../canvas/tools/tool-controller.ts';
import type { ToolId } from '../canvas/tools/tool.ts';
import type { View } from '../canvas/view-transform.ts';

/** What components show of an editor: reading a property in a template or an effect follows its changes. */
export class ReactiveEditor {
  readonly #editor: Editor;
  readonly #follow: Readonly<Record<EditorChange, () => void>>;

  constructor(editor: Editor) {
    this.#editor = editor;
    const on = (wanted: EditorChange): (() => void) =>
      createSubscriber((update) => editor.subscribe((change) => change === wanted && update()));
    this.#follow = {
      history: on('history'),
      view: on('view'),
      settings: on('settings'),
      pixels: on('pixels'),
      tools: on('tools'),
      canvas: on('canvas'),
    };
  }

  get settings(): EditorSettings {
    this.#follow.settings();
    return this.#editor.settings;
  }

  get view(): View {
    this.#follow.view();
    return this.#editor.view;
  }

  get pixels(): PixelSource | undefined {
    this.#follow.pixels();
    return this.#editor.pixels;
  }

  get tool(): ToolId {
    this.#follow.tools();
    return this.#editor.tools.active;
  }

  get cursor(): KeyboardCursor | undefined {
    this.#follow.tools();
    return this.#editor.tools.cursor;
  }

  get isBusy(): boolean {
    this.#follow.tools();
    return this.#editor.tools.isBusy;
  }

  /** Equal again after undo and redo. */
  get state(): number {
    this.#follow.history();
    return this.#editor.document.history.state;
  }

  get undoLabel(): string | undefined {
    this.#follow.history();
    return this.#editor.document.history.undoLabel;
  }

  get redoLabel(): string | undefined {
    this.#follow.history();
    return this.#editor.document.history.redoLabel;
  }

  get paintedCount(): number {
    this.#follow.history();
    return this.#editor.document.layer.paintedCount;
  }

  /** Follows everything that can enable or disable an action of the editor. */
  followActions(): void {
    this.#follow.history();
    this.#follow.pixels();
    this.#follow.tools();
  }
}
