import type { PixelSource, Point, Size } from './geometry.ts';
import { HealStrokes } from './heal-strokes.ts';
import type { History } from './history.ts';
import { MaskDocument } from './mask-document.ts';
import { MaskLayer } from './mask-layer.ts';
import { clampSettings, defaultSettings, type EditorSettings } from './settings.ts';
import { ToolController } from './tools/tool-controller.ts';
import type { ColourPaint, DamageTools, ToolContext } from './tools/tool.ts';
import { fitView, visibleRect, viewportCentre, toPicture, type View, type Viewport } from './view-transform.ts';

/** What asks for the host or another part of the window; the panel that holds the editor carries it out. */
export type EditorRequest = 'find-damage' | 'import-mask' | 'export-mask' | 'show-shortcuts' | 'show-palette';

/**
 * `tools` covers the active tool, its preview, the keyboard cursor and, while a stroke lasts, the mask; `canvas`: what is
 * shown of the picture's pixels.
 */
export type EditorChange = 'history' | 'view' | 'settings' | 'pixels' | 'tools' | 'canvas';

export interface EditorOptions {
  readonly picture: Size;
  readonly viewport: Viewport;
  readonly settings?: EditorSettings;
  /** A mask to go on with, for instance an autosaved one; of the picture's size. */
  readonly mask?: MaskLayer;
  readonly history?: History;
  readonly onRequest?: (request: EditorRequest) => void;
}

/** How near, in CSS pixels, counts as the same place. */
const REACH = 8;

/** The mask editor of one picture: mask, history, tools, view and settings, without any drawing. */
export class Editor implements ToolContext {
  readonly document: MaskDocument;
  readonly heals = new HealStrokes();
  readonly tools: ToolController;
  /** Set by who looks for damage. */
  damage: DamageTools | undefined;
  /** Set by who keeps painted colours. */
  colours: ColourPaint | undefined;
  readonly #onRequest: (request: EditorRequest) => void;
  readonly #listeners = new Set<(change: EditorChange) => void>();
  #pixels: PixelSource | undefined;
  #settings: EditorSettings;
  #view: View;

  /** @throws mask-size when the mask and the picture differ in size. */
  constructor(options: EditorOptions) {
    const { picture } = options;
    const mask = options.mask ?? new MaskLayer(picture.width, picture.height);
    mask.assertSize(picture);
    this.document = new MaskDocument(mask, options.history);
    this.#settings = clampSettings(options.settings ?? defaultSettings);
    this.#view = fitView(picture, options.viewport);
    this.#onRequest = options.onRequest ?? (() => undefined);
    this.tools = new ToolController(this);
    this.document.history.subscribe(() => this.#notify('history'));
  }

  /** The picture's pixels, for the magic wand; absent until they are decoded. */
  get pixels(): PixelSource | undefined {
    return this.#pixels;
  }

  /** @throws mask-size when they are not of the mask's size. */
  set pixels(pixels: PixelSource | undefined) {
    if (pixels !== undefined) this.document.layer.assertSize(pixels);
    this.#pixels = pixels;
    this.#notify('pixels');
  }

  get settings(): EditorSettings {
    return this.#settings;
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    this.#notify('view');
  }

  get reach(): number {
    return (REACH * this.#view.viewport.pixelRatio) / this.#view.zoom;
  }

  /** Changes settings; numbers outside their limits are moved to the nearest one allowed. */
  changeSettings(change: Partial<EditorSettings>): void {
    this.#settings = clampSettings({ ...this.#settings, ...change });
    this.#notify('settings');
  }

  /** Takes back the last step of what is half done, or else the last step of the history. */
  undo(): boolean {
    return this.tools.stepBack() || this.document.undo();
  }

  /** Repeats the last undone step; not while something is half done. */
  redo(): boolean {
    return !this.tools.isBusy && this.document.redo();
  }

  request(request: EditorRequest): void {
    this.#onRequest(request);
  }

  /** Where a keyboard cursor appears: the middle of what is visible. */
  cursorStart(): Point {
    const { width, height } = this.#view.picture;
    const centre = toPicture(this.#view, viewportCentre(this.#view));
    const visible = visibleRect(this.#view) ?? { x: 0, y: 0, width, height };
    return {
      x: Math.min(visible.x + visible.width - 1, Math.max(visible.x, centre.x)),
      y: Math.min(visible.y + visible.height - 1, Math.max(visible.y, centre.y)),
    };
  }

  toolsChanged(): void {
    this.#notify('tools');
  }

  /** Some pixels of the picture are others now. */
  canvasChanged(): void {
    this.#notify('canvas');
  }

  /** Calls `listener` after every change, with what changed; the result ends that. */
  subscribe(listener: (change: EditorChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(change: EditorChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
