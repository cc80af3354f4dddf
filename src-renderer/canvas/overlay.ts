import type { PixelSource, Rect } from './geometry.ts';
import type { MaskLayer } from './mask-layer.ts';

/** How the mask is shown over the picture. */
export interface OverlayStyle {
  /** Red, green and blue, 0 … 255. */
  readonly color: readonly [red: number, green: number, blue: number];
  /** Opacity of full coverage, 0 … 1. */
  readonly opacity: number;
}

/**
 * Writes the overlay of a block of the mask as RGBA, not premultiplied, row by row: the colour with opacity × coverage.
 * Cost follows the block, whatever the picture's size.
 * @param rect  pixels of the picture.
 * @param out  at least rect.width × rect.height × 4 bytes, starting at a multiple of 4 in its buffer.
 */
export function paintOverlay(layer: MaskLayer, rect: Rect, style: OverlayStyle, out: Uint8ClampedArray): void {
  const pixels = pixelView(out);
  const palette = overlayPalette(style);
  const coverage = layer.read(rect);
  for (let i = 0; i < coverage.length; i++) pixels[i] = palette[coverage[i]];
}

/**
 * Writes a block of the picture with the overlay over it, as opaque as the picture is.
 * @throws nothing; `picture` must have the layer's size.
 */
export function composeOverlay(
  picture: PixelSource,
  layer: MaskLayer,
  rect: Rect,
  style: OverlayStyle,
  out: Uint8ClampedArray,
): void {
  const coverage = layer.read(rect);
  const { color, opacity } = style;
  for (let row = 0, i = 0; row < rect.height; row++) {
    let from = ((rect.y + row) * picture.width + rect.x) * 4;
    for (let column = 0; column < rect.width; column++, i++, from += 4) {
      const part = (coverage[i] * opacity) / 255;
      for (let channel = 0; channel < 3; channel++) {
        const below = picture.data[from + channel];
        out[i * 4 + channel] = below + (color[channel] - below) * part;
      }
      out[i * 4 + 3] = picture.data[from + 3];
    }
  }
}

/** RGBA of every coverage as one 32-bit word each, in the machine's byte order. */
function overlayPalette({ color, opacity }: OverlayStyle): Uint32Array {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let coverage = 0; coverage < 256; coverage++) {
    const alpha = Math.round(coverage * opacity);
    if (alpha > 0) bytes.set([...color, alpha], coverage * 4);
  }
  return pixelView(bytes);
}

function pixelView(bytes: Uint8ClampedArray): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
