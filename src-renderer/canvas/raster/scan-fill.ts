import { rectBetween, type Rect } from '../geometry.ts';
import type { Combination, MaskLayer } from '../mask-layer.ts';

/**
 * Where the outline of a shape crosses a horizontal line: writes the x coordinates, ascending, into `out` and returns
 * how many (an even number). Called with ascending y.
 */
export type Crossings = (y: number, out: number[]) => number;

/** Lines per pixel row for smooth edges; left and right edges within a line are exact. */
const LINES = 16;

/**
 * Fills a shape by the even–odd rule: between the 1st and 2nd crossing, the 3rd and 4th …
 * @param bounds  the shape's extent in picture coordinates.
 * @param smooth  true: coverage is the covered area of the pixel (exact across, in sixteenths down); false: all of a
 *   pixel whose centre is inside, and nothing else.
 */
export function fillShape(
  layer: MaskLayer,
  bounds: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  crossings: Crossings,
  smooth: boolean,
  how: Exclude<Combination, 'replace'>,
): void {
  const area = rectBetween(
    Math.max(0, Math.floor(bounds.left)),
    Math.max(0, Math.floor(bounds.top)),
    Math.min(layer.width, Math.ceil(bounds.right)),
    Math.min(layer.height, Math.ceil(bounds.bottom)),
  );
  if (area === undefined) return;
  if (smooth) fillSmooth(layer, area, crossings, how);
  else fillHard(layer, area, crossings, how);
}

function fillHard(layer: MaskLayer, area: Rect, crossings: Crossings, how: 'add' | 'subtract'): void {
  const xs: number[] = [];
  for (let y = area.y; y < area.y + area.height; y++) {
    const count = crossings(y + 0.5, xs);
    for (let i = 0; i + 1 < count; i += 2) {
      layer.fillSpan(y, Math.ceil(xs[i] - 0.5), Math.ceil(xs[i + 1] - 0.5), how);
    }
  }
}

function fillSmooth(layer: MaskLayer, area: Rect, crossings: Crossings, how: 'add' | 'subtract'): void {
  const xs: number[] = [];
  const { x: left, width } = area;
  const coverage = new Uint8Array(width);
  // Area of pixel i = partial[i] + Σ_{j ≤ i} step[j]: a span adds its two end pixels and two steps, whatever its length.
  const partial = new Float64Array(width + 1);
  const step = new Float64Array(width + 1);
  const clamp = (x: number): number => Math.min(width, Math.max(0, x - left));
  for (let y = area.y; y < area.y + area.height; y++) {
    let isEmpty = true;
    for (let line = 0; line < LINES; line++) {
      const count = crossings(y + (line + 0.5) / LINES, xs);
      for (let i = 0; i + 1 < count; i += 2) {
        const from = clamp(xs[i]);
        const to = clamp(xs[i + 1]);
        if (from >= to) continue;
        isEmpty = false;
        const first = Math.floor(from);
        const last = Math.floor(to);
        partial[first] -= from - first;
        partial[last] += to - last;
        step[first] += 1;
        step[last] -= 1;
      }
    }
    if (isEmpty) continue;
    for (let i = 0, lines = 0; i < width; i++) {
      lines += step[i];
      coverage[i] = Math.round(((lines + partial[i]) * 255) / LINES);
    }
    partial.fill(0);
    step.fill(0);
    layer.blendSpan(y, left, coverage, 0, width, how);
  }
}
