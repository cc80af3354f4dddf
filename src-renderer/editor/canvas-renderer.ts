import type { Editor, EditorChange } from '../canvas/editor.ts';
import { expandWithin, intersection, type Rect } from '../canvas/geometry.ts';
import type { OverlayStyle } from '../canvas/overlay.ts';
import { OverlayTiles } from '../canvas/overlay-tiles.ts';
import { bufferSize, drawnRect, isSmoothed, visibleRect, type View } from '../canvas/view-transform.ts';
import type { HealedPixels } from '../heal/healed-pixels.ts';
import type { KnownColour } from '../hints/colour-hints.svelte.ts';
import { HintTiles } from '../hints/hint-tiles.ts';
import { canvasSurfaces } from './canvas-surfaces.ts';
import { HealMarks } from './heal-marks.ts';
import { drawMarks } from './marks.ts';
import { PictureTiles } from './picture-tiles.ts';
import { TurnedCanvas } from './turned-canvas.ts';

/** One canvas over the other: what changes often is drawn without drawing what does not. */
export interface CanvasLayers {
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  /** Drawn by `FindingsRenderer`; this one keeps its size. */
  readonly findings: HTMLCanvasElement;
  readonly marks: HTMLCanvasElement;
}

/** Draws an editor on its canvases, once a frame and only what has changed. */
export class CanvasRenderer {
  readonly #editor: Editor;
  readonly #canvases: CanvasLayers;
  readonly #picture: TurnedCanvas;
  readonly #overlay: TurnedCanvas;
  readonly #marks: CanvasRenderingContext2D;
  readonly #pixels: HealedPixels;
  /** Of the tiles that were healed, as they were. */
  readonly #originals = new Map<number, OffscreenCanvas>();
  readonly #healMarks = new HealMarks();
  readonly #pictureTiles: PictureTiles<OffscreenCanvas>;
  readonly #overlayTiles: OverlayTiles<OffscreenCanvas>;
  readonly #hints: () => readonly KnownColour[];
  readonly #hintTiles = new HintTiles();
  readonly #unsubscribe: () => void;
  #pattern: OverlayStyle['pattern'];
  #color: OverlayStyle['color'];
  /** Painted colours are hidden with the mask. */
  #isMarkingShown = true;
  #frame: number | undefined;
  #isViewDue = true;
  #isOverlayDue = true;
  #isPictureDue = true;

  /** @param hints  what lies on the picture now. */
  constructor(
    editor: Editor,
    pixels: HealedPixels,
    canvases: CanvasLayers,
    hints: () => readonly KnownColour[] = () => [],
  ) {
    this.#editor = editor;
    this.#hints = hints;
    this.#canvases = canvases;
    this.#picture = new TurnedCanvas(contextOf(canvases.picture));
    this.#overlay = new TurnedCanvas(contextOf(canvases.overlay));
    this.#marks = contextOf(canvases.marks);
    this.#color = editor.settings.overlay.color;
    this.#pattern = editor.settings.overlay.pattern;
    this.#pixels = pixels;
    // What was healed while nothing was drawn is in the pixels already.
    pixels.takeDirty();
    this.#pictureTiles = new PictureTiles(pixels, canvasSurfaces);
    this.#overlayTiles = new OverlayTiles(editor.document.layer, this.#style(), canvasSurfaces);
    this.#unsubscribe = editor.subscribe((change) => this.#note(change));
    this.#followStyle();
    this.#request();
  }

  dispose(): void {
    this.#unsubscribe();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #note(change: EditorChange): void {
    if (change === 'view') this.#isViewDue = true;
    if (change === 'canvas') this.#isPictureDue = true;
    if (change === 'settings') this.#followStyle();
    this.#request();
  }

  #followStyle(): void {
    const { color, opacity, visible, pattern } = this.#editor.settings.overlay;
    const { style } = this.#canvases.overlay;
    style.opacity = `${opacity}`;
    style.visibility = visible ? 'visible' : 'hidden';
    if (visible !== this.#isMarkingShown) this.#isPictureDue = true;
    this.#isMarkingShown = visible;
    if (color === this.#color && pattern === this.#pattern) return;
    this.#color = color;
    this.#pattern = pattern;
    this.#overlayTiles.restyle(this.#style());
    this.#isOverlayDue = true;
  }

  /** Opaque: the element is as opaque as people want, so that dragging that slider draws nothing anew. */
  #style(): OverlayStyle {
    return { color: this.#color, opacity: 1, pattern: this.#pattern };
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const dirty = this.#editor.document.layer.takeDirty();
    if (dirty !== undefined) this.#overlayTiles.refresh(dirty);
    if (this.#isViewDue) this.#fitBuffers();
    if (this.#isViewDue || this.#isPictureDue) {
      for (const rect of this.#pixels.takeDirty()) this.#pictureTiles.refresh(rect);
      this.#drawPicture();
    }
    if (this.#isViewDue || this.#isOverlayDue) this.#drawOverlay(undefined);
    else if (dirty !== undefined) this.#drawOverlay(dirty);
    this.#isViewDue = false;
    this.#isOverlayDue = false;
    this.#isPictureDue = false;
    drawMarks(this.#marks, this.#editor);
    this.#healMarks.draw(this.#marks, this.#editor);
  }

  #fitBuffers(): void {
    const { viewport } = this.#editor.view;
    const { width, height } = bufferSize(viewport);
    for (const canvas of Object.values(this.#canvases) as HTMLCanvasElement[]) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      // Exactly one pixel of the screen each, also where the element is half a pixel larger.
      canvas.style.width = `${width / viewport.pixelRatio}px`;
      canvas.style.height = `${height / viewport.pixelRatio}px`;
    }
  }

  #drawPicture(): void {
    const { context, view } = this.#picture.flat(this.#editor.view);
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    const visible = visibleRect(this.#editor.view);
    if (visible !== undefined) this.#drawVisible(context, view, visible);
    this.#picture.present(this.#editor.view);
  }

  #drawVisible(context: CanvasRenderingContext2D, view: View, visible: Rect): void {
    context.imageSmoothingEnabled = isSmoothed(view);
    for (const { surface, rect, size } of this.#pictureTiles.tilesIn(visible, PictureTiles.levelFor(view.zoom))) {
      // Only what is in sight: far zoomed in, one surface would otherwise be drawn to a hundred windows.
      const shown = intersection(rect, expandWithin(visible, 1, view.picture) ?? visible);
      if (shown === undefined) continue;
      const at = drawnRect(view, shown);
      const [sx, sy] = [size.width / rect.width, size.height / rect.height];
      context.drawImage(
        surface,
        (shown.x - rect.x) * sx,
        (shown.y - rect.y) * sy,
        shown.width * sx,
        shown.height * sy,
        at.x,
        at.y,
        at.width,
        at.height,
      );
    }
    if (this.#pixels.showsOriginal) this.#drawOriginals(context, view, visible);
    else if (this.#isMarkingShown) this.#hintTiles.draw(context, view, this.#hints());
  }

  /** Puts the healed tiles as they were over the picture. */
  #drawOriginals(context: CanvasRenderingContext2D, view: View, visible: Rect): void {
    context.imageSmoothingQuality = 'medium';
    for (const { index, rect, pixels } of this.#pixels.originalsIn(visible)) {
      let surface = this.#originals.get(index);
      if (surface === undefined) {
        surface = canvasSurfaces.create(rect);
        canvasSurfaces.put(surface, pixels, rect, 0, 0);
        this.#originals.set(index, surface);
      }
      const at = drawnRect(view, rect);
      context.drawImage(surface, at.x, at.y, at.width, at.height);
    }
  }

  /** @param changed  pixels of the picture; all of them when undefined. */
  #drawOverlay(changed: Rect | undefined): void {
    const { context, view } = this.#overlay.flat(this.#editor.view);
    const { width, height } = context.canvas;
    const visible = visibleRect(this.#editor.view);
    if (changed === undefined || visible === undefined) context.clearRect(0, 0, width, height);
    if (visible !== undefined) this.#drawMask(context, view, visible, changed);
    this.#overlay.present(this.#editor.view);
  }

  #drawMask(context: CanvasRenderingContext2D, view: View, visible: Rect, changed: Rect | undefined): void {
    // Smoothing mixes neighbours in, so they change too.
    const reach = isSmoothed(view) ? Math.ceil(2 / view.zoom) : 0;
    const block = changed === undefined ? visible : expandWithin(changed, reach, view.picture);
    const shown = block && intersection(block, visible);
    if (shown === undefined) return;
    context.save();
    if (changed !== undefined) {
      const { x, y, width: w, height: h } = drawnRect(view, shown);
      context.beginPath();
      context.rect(x, y, w, h);
      context.clip();
      context.clearRect(x, y, w, h);
    }
    context.imageSmoothingEnabled = isSmoothed(view);
    // Below half size plain smoothing would skip pixels, and with them thin strokes.
    context.imageSmoothingQuality = view.zoom < 0.5 ? 'medium' : 'low';
    for (const { surface, rect } of this.#overlayTiles.tilesIn(shown)) {
      const at = drawnRect(view, rect);
      context.drawImage(surface, at.x, at.y, at.width, at.height);
    }
    context.restore();
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no two-dimensional canvas.');
  return context;
}
