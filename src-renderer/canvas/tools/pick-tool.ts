import { PressTool } from './press-tool.ts';
import type { PointerSample } from './tool.ts';

/** Chooses among the damage that was found: one press rejects a finding, or keeps it again. */
export class PickTool extends PressTool {
  readonly id = 'pick';

  override pointerMove(sample: PointerSample): void {
    this.context.damage?.point(sample);
  }

  protected press(sample: PointerSample): void {
    this.context.damage?.pick(sample);
  }
}
