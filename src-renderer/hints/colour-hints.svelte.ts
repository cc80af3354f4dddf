import type { ColourHint } from '../../src-main/contract/app/runs.ts';
import type { Editor } from '../canvas/editor.ts';
import type { Point } from '../canvas/geometry.ts';
import type { HistoryEntry } from '../canvas/history.ts';
import { MaskLayer, type TilePatch } from '../canvas/mask-layer.ts';
import { paintBrush } from '../canvas/raster/paint-brush.ts';
import type { BrushPoint } from '../canvas/raster/stroke-segment.ts';
import type { ColourPaint } from '../canvas/tools/tool.ts';
import { colourAt } from './colour-at.ts';
import { hintPatches } from './hint-patches.ts';

/** A colour and where it is painted. */
export interface KnownColour {
  /** As #8b5a2b. */
  readonly color: string;
  /** Of the picture's size; where two would overlap, the later stroke has the place. */
  readonly layer: MaskLayer;
}

/** What a step of the history puts back. */
interface LayerEdit {
  readonly layer: MaskLayer;
  readonly patch: TilePatch;
}

/** From this coverage on a place has the colour, where one is picked. */
const SEEN = 128;

/** Colours that people know of a grey picture, painted on it; every change is a step of its history. */
export class ColourHints implements ColourPaint {
  readonly #editor: Editor;
  readonly #isInUse: () => boolean;
  #all: readonly KnownColour[] = $state.raw([]);
  /** What the brush paints with. */
  color = $state('#b5793f');
  #before: readonly KnownColour[] | undefined;
  #stroke: { readonly target: MaskLayer | undefined } | undefined;

  /** @param isInUse  whether the picture is to be colourized; reactive. */
  constructor(editor: Editor, isInUse: () => boolean, before: readonly KnownColour[] = []) {
    this.#editor = editor;
    this.#isInUse = isInUse;
    this.#all = before;
  }

  get all(): readonly KnownColour[] {
    return this.#all;
  }

  get isInUse(): boolean {
    return this.#isInUse();
  }

  /** As a run takes them. */
  patches(): ColourHint[] {
    return this.#all.flatMap(({ color, layer }) => hintPatches(layer).map((mask) => ({ color, mask })));
  }

  begin(how: 'add' | 'subtract'): void {
    this.#before = this.#all;
    const target = how === 'add' ? this.#layerOf(this.color) : undefined;
    for (const { layer } of this.#all) layer.beginEdit();
    this.#stroke = { target };
  }

  stroke(from: BrushPoint, to: BrushPoint): void {
    if (this.#stroke === undefined) return;
    const { target } = this.#stroke;
    const { brush } = this.#editor.settings;
    for (const { layer } of this.#all) paintBrush(layer, from, to, brush, layer === target ? 'add' : 'subtract');
    this.#editor.canvasChanged();
  }

  commit(label: string): void {
    const before = this.#before;
    if (before === undefined) return;
    this.#before = undefined;
    this.#stroke = undefined;
    const edits = this.#all.flatMap(({ layer }): LayerEdit[] => {
      const patch = layer.commitEdit();
      return patch === undefined ? [] : [{ layer, patch }];
    });
    // What is painted over but for a faint rim is no colour of the picture any more.
    this.#write(edits.length === 0 ? before : this.#all.filter(({ layer }) => layer.paintedCount > 0));
    if (edits.length === 0) return;
    this.#editor.document.history.mark();
    this.#editor.document.history.record(this.#entry(label, before, edits));
  }

  cancel(): void {
    if (this.#before === undefined) return;
    for (const { layer } of this.#all) layer.cancelEdit();
    this.#write(this.#before);
    this.#before = undefined;
    this.#stroke = undefined;
  }

  pick(place: Point): void {
    const [x, y] = [Math.floor(place.x), Math.floor(place.y)];
    const painted = this.#all.findLast(({ layer }) => layer.coverageAt(x, y) >= SEEN)?.color;
    this.color = painted ?? colourAt(this.#editor.pixels, { x, y }) ?? this.color;
    this.#editor.tools.activate('color');
  }

  /** What is marked has the colour: the mask becomes paint, as one step. @returns false where nothing is marked. */
  paint(): boolean {
    const { document } = this.#editor;
    const { bounds } = document.layer;
    if (bounds === undefined || document.isEditing || this.#stroke !== undefined) return false;
    const coverage = document.layer.read(bounds);
    const mark = document.history.mark();
    document.edit('history.hint-paint', (layer) => layer.fillRect(bounds, 'subtract'));
    this.begin('add');
    const target = this.#stroke!.target;
    for (const { layer } of this.#all) {
      layer.blendRect(bounds, coverage, 0, bounds.width, layer === target ? 'add' : 'subtract');
    }
    this.commit('history.hint-paint');
    document.history.squash(mark, 'history.hint-paint');
    return true;
  }

  recolor(known: KnownColour, color: string): void {
    const label = 'history.hint-recolor';
    const all = this.#all.map((other) => (other === known ? { ...known, color } : other));
    this.#change(label, all, label);
  }

  remove(known: KnownColour): void {
    this.#editor.document.history.mark();
    this.#change(
      'history.hint-remove',
      this.#all.filter((other) => other !== known),
    );
  }

  /** That of a colour; a new one comes last. */
  #layerOf(color: string): MaskLayer {
    const found = this.#all.find((known) => known.color === color)?.layer;
    if (found !== undefined) return found;
    const { width, height } = this.#editor.document.layer;
    const layer = new MaskLayer(width, height);
    this.#all = [...this.#all, { color, layer }];
    return layer;
  }

  #change(label: string, all: readonly KnownColour[], coalesce?: string): void {
    const before = this.#all;
    this.#write(all);
    this.#editor.document.history.record(this.#entry(label, before, [], coalesce));
  }

  /** @param list, edits  what reverting puts back. */
  #entry(label: string, list: readonly KnownColour[], edits: readonly LayerEdit[], coalesce?: string): HistoryEntry {
    return {
      label,
      bytes: 128 + edits.reduce((sum, { patch }) => sum + patch.bytes, 0),
      // Nothing of the mask, so that a kept history of the mask goes on without it.
      patches: [],
      ...(coalesce !== undefined && { coalesce }),
      revert: () => {
        const now = this.#all;
        const inverse = edits.map(({ layer, patch }) => ({ layer, patch: layer.apply(patch) }));
        this.#write(list);
        return this.#entry(label, now, inverse, coalesce);
      },
    };
  }

  #write(all: readonly KnownColour[]): void {
    this.#all = all;
    // They lie on the picture.
    this.#editor.canvasChanged();
  }
}
