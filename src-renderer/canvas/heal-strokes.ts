import type { Point, Rect } from './geometry.ts';
import type { MaskLayer } from './mask-layer.ts';

/** A finished stroke of the healing brush. */
export interface HealStroke {
  readonly layer: MaskLayer;
  /** Where it began. */
  readonly start: Point;
}

/** Who carries out what the healing brush asks for. */
export interface HealListener {
  /** The tool was chosen: the first stroke will come soon. */
  prepare(): void;
  heal(stroke: HealStroke): void;
  chooseSource(at: Point): void;
  /** @returns whether there was a stroke. */
  select(at: Point): boolean;
}

/** Strokes of the healing brush on their way from the pointer to the pixels. */
export class HealStrokes {
  /** The stroke that is being painted. */
  current: MaskLayer | undefined;
  /** Strokes that are painted but not filled yet. */
  readonly pending = new Set<MaskLayer>();
  /** Where to copy from. */
  source: Point | undefined;
  /** Block of the stroke that is looked at. */
  outline: Rect | undefined;
  listener: HealListener | undefined;

  prepare(): void {
    this.listener?.prepare();
  }

  finish(stroke: HealStroke): void {
    this.listener?.heal(stroke);
  }

  chooseSource(at: Point): void {
    this.listener?.chooseSource({ x: Math.floor(at.x), y: Math.floor(at.y) });
  }

  /** @returns whether a stroke was there. */
  select(at: Point): boolean {
    return this.listener?.select(at) ?? false;
  }
}
