import type { Point } from '../geometry.ts';
import type { PointerSample, PreviewShape, Tool, ToolContext } from './tool.ts';

/** Chooses among the damage that was found: one press rejects a finding, or keeps it again. */
export class PickTool implements Tool {
  readonly id = 'pick';
  readonly holds = false;
  readonly #context: ToolContext;
  #isPressed = false;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#isPressed;
  }

  onActivate(): void {
    this.#isPressed = false;
  }

  onDeactivate(): void {
    this.#isPressed = false;
  }

  pointerDown(): void {
    this.#isPressed = true;
  }

  pointerMove(sample: PointerSample): void {
    this.#context.damage?.point(sample);
  }

  pointerUp(sample: PointerSample): void {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    this.#context.damage?.pick(sample);
  }

  pointerCancel(): void {
    this.#isPressed = false;
  }

  key(): boolean {
    return false;
  }

  preview(_hover: Point | undefined): PreviewShape | undefined {
    return undefined;
  }
}
