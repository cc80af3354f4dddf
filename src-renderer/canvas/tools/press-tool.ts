import type { PointerSample, PreviewShape, Tool, ToolContext } from './tool.ts';

/** A tool that works on one press, where the pointer is lifted. */
export abstract class PressTool implements Tool {
  abstract readonly id: Tool['id'];
  readonly holds = false;
  protected readonly context: ToolContext;
  #isPressed = false;

  constructor(context: ToolContext) {
    this.context = context;
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

  pointerMove(_sample: PointerSample): void {}

  pointerUp(sample: PointerSample): void {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    this.press(sample);
  }

  pointerCancel(): void {
    this.#isPressed = false;
  }

  key(): boolean {
    return false;
  }

  preview(): PreviewShape | undefined {
    return undefined;
  }

  /** The pointer went down and up again. */
  protected abstract press(sample: PointerSample): void;
}
