/** A line across the pictures, from … to, as shares of their width and height. */
export interface ProfileLine {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Across the middle. */
export const MIDDLE_LINE: ProfileLine = { x0: 0, y0: 0.5, x1: 1, y1: 0.5 };

/** Values along the line, a pixel apart, linear between pixels; `distance` from its start in pixels. */
export function profileOf(
  values: Float32Array,
  width: number,
  height: number,
  line: ProfileLine,
): { readonly distance: number; readonly value: number }[] {
  const [x0, x1] = [line.x0 * width - 0.5, line.x1 * width - 0.5];
  const [y0, y1] = [line.y0 * height - 0.5, line.y1 * height - 0.5];
  const length = Math.hypot(x1 - x0, y1 - y0);
  const steps = Math.max(1, Math.round(length));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const share = i / steps;
    return {
      distance: share * length,
      value: valueAt(values, width, height, x0 + share * (x1 - x0), y0 + share * (y1 - y0)),
    };
  });
}

/** Linear between the pixels around a place; the border goes on outside. */
function valueAt(values: Float32Array, width: number, height: number, x: number, y: number): number {
  const column = Math.min(width - 1, Math.max(0, x));
  const row = Math.min(height - 1, Math.max(0, y));
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [u, v] = [column - left, row - top];
  const mix = (a: number, b: number, share: number): number => a + share * (b - a);
  const upper = mix(values[top * width + left], values[top * width + right], u);
  return mix(upper, mix(values[bottom * width + left], values[bottom * width + right], u), v);
}
