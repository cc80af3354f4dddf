import { PressTool } from './press-tool.ts';
import type { PointerSample } from './tool.ts';

/** Takes the colour of a place, to paint with. */
export class EyedropperTool extends PressTool {
  readonly id = 'eyedropper';

  protected press({ x, y }: PointerSample): void {
    this.context.colours?.pick({ x, y });
  }
}
