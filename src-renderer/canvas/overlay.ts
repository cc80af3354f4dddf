import type { PixelSource, Rect } from './geometry.ts';
import type { MaskLayer } from './mask-layer.ts';

/** How the mask is shown over the picture. */
export interface OverlayStyle {
  /** Red, green and blue, 0 … 255. */
  readonly color: readonly [red: number, green: number, blue: number];
  /** Opacity of full coverage, 0 … 1. */
  readonly opacity: number;
  /** `stripes`: the colour by turns with its opposite, so that it can be told from any picture. Absent: plain. */
  readonly pattern?: 'plain' | 'stripes' | undefined;
}

/** Pixels of a stripe; a tile's side is a multiple of two, so that stripes go on from one to the next. */
const STRIPE = 4;

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
  if (style.pattern !== 'stripes') {
    for (let i = 0; i < coverage.length; i++) pixels[i] = palette[coverage[i]];
    return;
  }
  const palettes = [palette, overlayPalette({ ...style, color: opposite(style.color) })];
  for (let y = 0, i = 0; y < rect.height; y++) {
    for (let x = 0; x < rect.width; x++, i++) pixels[i] = palettes[stripeAt(rect.x + x, rect.y + y)][coverage[i]];
  }
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

/** Which of two colours a pixel has. */
function stripeAt(x: number, y: number): 0 | 1 {
  return ((x + y) & STRIPE) === 0 ? 0 : 1;
}

function opposite([red, green, blue]: OverlayStyle['color']): OverlayStyle['color'] {
  return [255 - red, 255 - green, 255 - blue];
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
