import { pickSimilar } from '../raster/similar-pixels.ts';
import { PressTool } from './press-tool.ts';
import { combination, editLabel, type PointerSample } from './tool.ts';

/** Magic wand: one press picks the pixels of similar colour. */
export class WandTool extends PressTool {
  readonly id = 'wand';

  protected press(sample: PointerSample): void {
    const { document, pixels, settings } = this.context;
    if (pixels === undefined) return;
    const [x, y] = [Math.floor(sample.x), Math.floor(sample.y)];
    if (x < 0 || y < 0 || x >= pixels.width || y >= pixels.height) return;
    const { tolerance, contiguous } = settings.wand;
    const { coverage, bounds } = pickSimilar(pixels, { x, y }, tolerance, contiguous);
    document.edit(editLabel(this.id), (layer) =>
      layer.blendRect(bounds, coverage, bounds.y * pixels.width + bounds.x, pixels.width, combination(true, sample)),
    );
  }
}
