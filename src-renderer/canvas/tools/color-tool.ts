import type { BrushPoint } from '../raster/stroke-segment.ts';
import { BrushTool } from './brush-tool.ts';
import { editLabel, type PointerSample } from './tool.ts';

/** The colour brush: paints the chosen colour. Alt takes the colour of a place, the right button or a pen's eraser erases. */
export class ColorTool extends BrushTool {
  readonly id = 'color';

  protected begin({ x, y, opposite, secondary = false }: PointerSample): boolean {
    const { colours } = this.context;
    if (colours?.isInUse !== true) return false;
    if (opposite && !secondary) {
      colours.pick({ x, y });
      return false;
    }
    colours.begin(secondary ? 'subtract' : 'add');
    return true;
  }

  protected paint(from: BrushPoint, to: BrushPoint): void {
    this.context.colours?.stroke(from, to);
  }

  protected commit(): void {
    this.context.colours?.commit(editLabel(this.id));
  }

  protected cancel(): void {
    this.context.colours?.cancel();
  }
}
