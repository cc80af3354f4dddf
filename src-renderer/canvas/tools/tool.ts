import type { PixelSource, Point, Rect } from '../geometry.ts';
import type { HealStrokes } from '../heal-strokes.ts';
import type { MaskDocument } from '../mask-document.ts';
import type { BrushPoint } from '../raster/stroke-segment.ts';
import type { EditorSettings } from '../settings.ts';

/** One position of mouse, pen, finger or keyboard cursor. */
export interface PointerSample extends Point {
  /** 0 … 1; 1 for devices without it. */
  readonly pressure: number;
  /** How far a pen leans: 0 upright (and for other devices) … 1 flat. */
  readonly tilt?: number;
  /** Shift: keep squares square, draw straight on from the last stroke. */
  readonly constrain: boolean;
  /** Alt, right button or a pen's eraser: remove instead of add, and the other way round. */
  readonly opposite: boolean;
  /** The right button or a pen's eraser, which `opposite` holds as well. */
  readonly secondary?: boolean;
}

/** Outline of what a tool is about to do, in picture coordinates; drawn over the picture, never into the mask. */
export type PreviewShape =
  | { readonly kind: 'brush'; readonly x: number; readonly y: number; readonly diameter: number }
  | { readonly kind: 'path'; readonly points: readonly Point[]; readonly closed: boolean }
  /** Where a brush has been, before anything has come of it. */
  | { readonly kind: 'trail'; readonly points: readonly Point[]; readonly diameter: number }
  | { readonly kind: 'rectangle' | 'ellipse'; readonly from: Point; readonly to: Point };

/** Keys that a tool understands while something is half done. */
export type ToolKey = 'finish' | 'remove-last' | 'cancel';

/** Where a brush has been. */
export interface RoughStroke {
  /** The block of the picture that holds it. */
  readonly bounds: Rect;
  /** 0 where the brush has not been; of `bounds`, row by row. */
  readonly data: Uint8Array;
}

/** Carries out what tools do with damage that is looked for by itself. */
export interface DamageTools {
  /** Whether there are findings to choose among. */
  readonly isChoosing: boolean;
  /** The pointer is at a place of the picture. */
  point(place: Point): void;
  /** A place was pressed. */
  pick(place: Point): void;
  /** The damage beneath a stroke joins the mask, or leaves it. */
  snap(stroke: RoughStroke, how: 'add' | 'subtract'): void;
}

/** Colours that people paint on the picture, beside the mask. */
export interface ColourPaint {
  /** Whether they mean something for what is to be done with the picture. */
  readonly isInUse: boolean;
  /** Begins a stroke of the chosen colour, or one that takes away all colours that it crosses. */
  begin(how: 'add' | 'subtract'): void;
  stroke(from: BrushPoint, to: BrushPoint): void;
  /** Ends the stroke; a step of the history unless it has changed nothing. */
  commit(label: string): void;
  /** Ends the stroke and takes it back. */
  cancel(): void;
  /** Chooses the colour that is seen at a place. */
  pick(place: Point): void;
}

/** What tools work on; getters, because pictures and settings change while a tool is active. */
export interface ToolContext {
  readonly document: MaskDocument;
  readonly heals: HealStrokes;
  readonly settings: EditorSettings;
  /** The picture's pixels, once decoded. */
  readonly pixels: PixelSource | undefined;
  /** Absent where nobody looks for damage. */
  readonly damage: DamageTools | undefined;
  /** Absent where nobody paints colours. */
  readonly colours: ColourPaint | undefined;
  /** Picture pixels that count as the same place for a hand on the screen. */
  readonly reach: number;
  /** Called after the active tool, the preview or the keyboard cursor may have changed. */
  toolsChanged(): void;
}

/**
 * A way of marking pixels. Pointer calls come as down, any number of moves, then up or cancel; moves without a button
 * pressed are passed on too. Nothing is final before the pointer is up, because a second finger may make it a pinch.
 */
export interface Tool {
  readonly id: ToolId;
  /** Whether it works while it is held down; the others act on a press and its release. */
  readonly holds: boolean;
  /** Whether something is half done. */
  readonly isBusy: boolean;
  onActivate(): void;
  /** Takes back what is half done. */
  onDeactivate(): void;
  pointerDown(sample: PointerSample): void;
  pointerMove(sample: PointerSample): void;
  pointerUp(sample: PointerSample): void;
  /** Takes back what the present press has begun. */
  pointerCancel(): void;
  /** False when the key means nothing now. */
  key(key: ToolKey): boolean;
  /** The outline to draw, given where the pointer hovers. */
  preview(hover: Point | undefined): PreviewShape | undefined;
}

export const toolIds = [
  'heal',
  'brush',
  'eraser',
  'lasso',
  'polygon',
  'rectangle',
  'ellipse',
  'wand',
  'snap',
  'pick',
  'color',
  'eyedropper',
] as const;

export type ToolId = (typeof toolIds)[number];

/** Tools that only mean something where colours are painted. */
export const colourToolIds: readonly ToolId[] = ['color', 'eyedropper'];

/** Message key of a tool's edits in the undo menu. */
export function editLabel(id: ToolId): string {
  return `history.${id}`;
}

/** How a tool's edit joins the mask. */
export function combination(adds: boolean, sample: { readonly opposite: boolean }): 'add' | 'subtract' {
  return adds !== sample.opposite ? 'add' : 'subtract';
}
