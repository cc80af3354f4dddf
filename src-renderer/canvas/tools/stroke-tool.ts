import type { BrushPoint } from '../raster/stroke-segment.ts';
import { paintBrush } from '../raster/paint-brush.ts';
import { BrushTool } from './brush-tool.ts';
import { combination, editLabel, type PointerSample, type ToolContext } from './tool.ts';

/** Brush and eraser of the mask. Where colours are painted, the eraser takes those away, too. */
export class StrokeTool extends BrushTool {
  readonly id: 'brush' | 'eraser';
  #how: 'add' | 'subtract' = 'add';
  #takesColours = false;

  constructor(id: 'brush' | 'eraser', context: ToolContext) {
    super(context);
    this.id = id;
  }

  protected begin(sample: PointerSample): boolean {
    const { document, colours } = this.context;
    this.#how = combination(this.id === 'brush', sample);
    this.#takesColours = this.id === 'eraser' && this.#how === 'subtract' && colours?.isInUse === true;
    document.begin(editLabel(this.id));
    if (this.#takesColours) colours?.begin('subtract');
    return true;
  }

  protected paint(from: BrushPoint, to: BrushPoint): void {
    const { document, settings, colours } = this.context;
    paintBrush(document.layer, from, to, settings.brush, this.#how);
    if (this.#takesColours) colours?.stroke(from, to);
  }

  protected commit(): void {
    const { document, colours } = this.context;
    const mark = document.history.mark();
    document.commit();
    if (!this.#takesColours) return;
    const label = editLabel(this.id);
    colours?.commit(label);
    document.history.squash(mark, label);
  }

  protected cancel(): void {
    this.context.document.cancel();
    if (this.#takesColours) this.context.colours?.cancel();
  }
}
