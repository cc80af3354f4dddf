import { DAMAGE_KINDS, type DamageKind } from '../../src-main/contract/find.ts';
import type { Editor } from '../canvas/editor.ts';
import { toScreen, drawnRect, isSmoothed, visibleRect, type View } from '../canvas/view-transform.ts';
import { canvasSurfaces } from '../editor/canvas-surfaces.ts';
import { drawTurned } from '../editor/turned-canvas.ts';
import { FindingTiles } from './finding-tiles.ts';
import type { Finding } from './finding.ts';
import type { FindingsModel } from './findings-model.svelte.ts';
import { kindLooks, patternOf, rejectedLook, type KindLook } from './kind-look.ts';
import { LETTER_RADIUS, lettersOf } from './letters.ts';

/** Opacity of what is to be marked, and of what is not. */
const OPACITY = { kept: 0.75, rejected: 0.45 };

interface Layer {
  readonly look: KindLook;
  readonly opacity: number;
  readonly tiles: FindingTiles<OffscreenCanvas>;
}

/** Draws the findings over the picture: pattern and colour by kind, letters, and the outline of the one pointed at. */
export class FindingsRenderer {
  readonly #editor: Editor;
  readonly #model: FindingsModel;
  readonly #context: CanvasRenderingContext2D;
  readonly #letterOf: (kind: DamageKind) => string;
  readonly #stops: readonly (() => void)[];
  #drawn: { readonly findings: readonly Finding[]; readonly kept: readonly Finding[] } | undefined;
  #layers: readonly Layer[] = [];
  #scratch: OffscreenCanvas | undefined;
  #frame: number | undefined;

  /** @param letterOf  the letter of a kind in the language in use. */
  constructor(editor: Editor, model: FindingsModel, canvas: HTMLCanvasElement, letterOf: (kind: DamageKind) => string) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser has no two-dimensional canvas.');
    this.#editor = editor;
    this.#model = model;
    this.#context = context;
    this.#letterOf = letterOf;
    this.#stops = [
      editor.subscribe((change) => change === 'view' && this.#request()),
      model.subscribe(() => this.#request()),
    ];
    this.#request();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const { view } = this.#editor;
    const { canvas } = this.#context;
    // The renderer of the picture has given all canvases their size.
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    if (!this.#model.isOpen || visibleRect(view) === undefined) return;
    this.#followFindings();
    drawTurned(this.#context, view, (context, flat) => {
      for (const layer of this.#layers) this.#drawLayer(context, flat, layer);
    });
    const { pixelRatio } = view.viewport;
    this.#context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    this.#drawLetters();
    if (this.#model.pointed !== undefined) this.#drawOutline(this.#model.pointed);
  }

  #followFindings(): void {
    const { findings, kept } = this.#model;
    if (this.#drawn?.findings === findings && this.#drawn.kept === kept) return;
    const isKept = new Set(kept);
    const size = this.#editor.view.picture;
    const layerOf = (some: readonly Finding[], look: KindLook, opacity: number): Layer[] =>
      some.length === 0 ? [] : [{ look, opacity, tiles: new FindingTiles(some, size, canvasSurfaces) }];
    this.#layers = [
      ...layerOf(
        findings.filter((finding) => !isKept.has(finding)),
        rejectedLook,
        OPACITY.rejected,
      ),
      ...DAMAGE_KINDS.flatMap((kind) =>
        layerOf(
          kept.filter((finding) => finding.kind === kind),
          kindLooks[kind],
          OPACITY.kept,
        ),
      ),
    ];
    this.#drawn = { findings, kept };
  }

  #drawLayer(context: CanvasRenderingContext2D, view: View, { look, opacity, tiles }: Layer): void {
    const { canvas } = context;
    const visible = visibleRect(view);
    const shown = visible && tiles.tilesIn(visible);
    if (shown === undefined || shown.length === 0) return;
    if (this.#scratch?.width !== canvas.width || this.#scratch.height !== canvas.height) {
      this.#scratch = new OffscreenCanvas(canvas.width, canvas.height);
    }
    const scratch = this.#scratch.getContext('2d');
    if (scratch === null) return;
    scratch.globalCompositeOperation = 'source-over';
    scratch.clearRect(0, 0, canvas.width, canvas.height);
    scratch.imageSmoothingEnabled = isSmoothed(view);
    // Reduced, a crack is a hair: drawn beside itself as well it can still be seen, and its pattern too.
    const reach = view.zoom < 0.75 ? [-1, 0, 1] : [0];
    for (const { surface, rect } of shown) {
      const at = drawnRect(view, rect);
      for (const dx of reach) {
        for (const dy of reach) scratch.drawImage(surface, at.x + dx, at.y + dy, at.width, at.height);
      }
    }
    scratch.globalCompositeOperation = 'source-in';
    scratch.fillStyle = patternOf(scratch, look, view.viewport.pixelRatio);
    scratch.fillRect(0, 0, canvas.width, canvas.height);
    context.globalAlpha = opacity;
    context.drawImage(this.#scratch, 0, 0);
    context.globalAlpha = 1;
  }

  /** The letter of its kind beside each of the larger findings, as far as there is room; crossed out where rejected. */
  #drawLetters(): void {
    const { view } = this.#editor;
    const context = this.#context;
    context.font = '600 11px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const { x, y, finding } of lettersOf(this.#model.findings, view)) this.#drawLetter(x, y, finding);
  }

  #drawLetter(x: number, y: number, finding: Finding): void {
    const context = this.#context;
    const isKept = this.#model.isKept(finding);
    context.beginPath();
    context.arc(x, y, LETTER_RADIUS, 0, 2 * Math.PI);
    context.fillStyle = '#16181d';
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = isKept ? kindLooks[finding.kind].color : rejectedLook.color;
    context.stroke();
    context.fillStyle = '#fff';
    context.fillText(this.#letterOf(finding.kind), x, y + 0.5);
    if (isKept) return;
    context.beginPath();
    context.moveTo(x - 6, y + 6);
    context.lineTo(x + 6, y - 6);
    context.stroke();
  }

  #drawOutline(finding: Finding): void {
    const { view } = this.#editor;
    const context = this.#context;
    strokeOutline(context, finding.outline, (point) => toScreen(view, point));
  }
}

/** Draws closed polygons dark around light, which is seen on every picture. */
export function strokeOutline(
  context: CanvasRenderingContext2D,
  outline: Finding['outline'],
  place: (point: { x: number; y: number }) => { x: number; y: number },
  color = '#fff',
  width = 2,
): void {
  context.beginPath();
  for (const polygon of outline) {
    for (let i = 0; i < polygon.length; i += 2) {
      const { x, y } = place({ x: polygon[i], y: polygon[i + 1] });
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
  }
  context.lineJoin = 'round';
  context.lineWidth = width + 2;
  context.strokeStyle = 'rgb(0 0 0 / 75%)';
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}
