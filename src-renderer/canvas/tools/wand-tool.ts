import { pickSimilar } from '../raster/similar-pixels.ts';
import { combination, editLabel, type PointerSample, type PreviewShape, type Tool, type ToolContext } from './tool.ts';

/** Magic wand: one press picks the pixels of similar colour. */
export class WandTool implements Tool {
  readonly id = 'wand';
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

  pointerMove(): void {}

  pointerUp(sample: PointerSample): void {
    const { document, pixels, settings } = this.#context;
    if (!this.#isPressed) return;
    this.#isPressed = false;
    if (pixels === undefined) return;
    const [x, y] = [Math.floor(sample.x), Math.floor(sample.y)];
    if (x < 0 || y < 0 || x >= pixels.width || y >= pixels.height) return;
    const { tolerance, contiguous } = settings.wand;
    const { coverage, bounds } = pickSimilar(pixels, { x, y }, tolerance, contiguous);
    document.edit(editLabel(this.id), (layer) =>
      layer.blendRect(bounds, coverage, bounds.y * pixels.width + bounds.x, pixels.width, combination(true, sample)),
    );
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
}
