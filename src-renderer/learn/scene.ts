import { css, type Palette, type Rgb } from './palette.ts';
import type { Point } from './theory/mixture.ts';

export interface Arrow {
  readonly from: Point;
  readonly to: Point;
  readonly color: keyof Palette;
}

/** What a picture of the plane shows; coordinates are those of the drawn state, y upwards. */
export interface Scene {
  /** Half of the width and height of the part of the plane in view. */
  readonly radius: number;
  readonly density?: ((x: number, y: number) => number) | undefined;
  /** Vectors on a grid; only their directions and relative lengths are drawn. */
  readonly field?: ((x: number, y: number) => Point) | undefined;
  /** x₀, y₀, x₁, y₁ … */
  readonly points?: Float32Array | undefined;
  readonly trails?: readonly Float32Array[] | undefined;
  readonly arrows?: readonly Arrow[] | undefined;
  /** Points of a line, from one side to the other, and how wide its band is to either side. */
  readonly line?: { readonly from: Point; readonly to: Point; readonly band: number } | undefined;
}

const GRID = 96;
const ARROWS = 17;

/** Draws a scene on a square canvas of `size` CSS pixels; `ratio` device pixels each. */
export function drawScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  size: number,
  ratio: number,
) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = css(palette.ground);
  context.fillRect(0, 0, size, size);
  const at = (x: number, y: number): [number, number] => [
    (size / 2) * (1 + x / scene.radius),
    (size / 2) * (1 - y / scene.radius),
  ];
  if (scene.density) drawDensity(context, scene.density, scene.radius, palette, size);
  drawAxes(context, scene.radius, palette, at);
  if (scene.line) drawBand(context, scene.line, palette, at, size / (2 * scene.radius));
  if (scene.field) drawField(context, scene.field, scene.radius, palette, at, size);
  if (scene.trails) drawTrails(context, scene.trails, palette, at);
  if (scene.points) drawPoints(context, scene.points, palette, at);
  for (const arrow of scene.arrows ?? []) {
    drawArrow(context, at(arrow.from.x, arrow.from.y), at(arrow.to.x, arrow.to.y), palette[arrow.color], 2.5);
  }
}

type Place = (x: number, y: number) => [number, number];

function drawDensity(
  context: CanvasRenderingContext2D,
  density: (x: number, y: number) => number,
  radius: number,
  { ground, density: full }: Palette,
  size: number,
): void {
  const values = new Float64Array(GRID * GRID);
  let top = 0;
  for (let row = 0; row < GRID; row++) {
    const y = radius * (1 - (2 * (row + 0.5)) / GRID);
    for (let column = 0; column < GRID; column++) {
      const value = density(radius * ((2 * (column + 0.5)) / GRID - 1), y);
      values[row * GRID + column] = value;
      if (value > top) top = value;
    }
  }
  const image = new ImageData(GRID, GRID);
  values.forEach((value, i) => {
    // Square root: the foot of a component stays visible beside its top.
    const share = top > 0 ? 0.75 * Math.sqrt(value / top) : 0;
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c] + share * (full[c] - ground[c]);
    image.data[4 * i + 3] = 255;
  });
  const small = new OffscreenCanvas(GRID, GRID);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, size, size);
}

function drawAxes(context: CanvasRenderingContext2D, radius: number, palette: Palette, at: Place): void {
  context.strokeStyle = css(palette.line, 0.6);
  context.lineWidth = 1;
  const [left, middle] = at(-radius, 0);
  const [right] = at(radius, 0);
  const [centre, top] = at(0, radius);
  const [, bottom] = at(0, -radius);
  context.beginPath();
  context.moveTo(left, middle);
  context.lineTo(right, middle);
  context.moveTo(centre, top);
  context.lineTo(centre, bottom);
  context.stroke();
  // The range of pictures.
  const [x0, y0] = at(-1, 1);
  const [x1, y1] = at(1, -1);
  context.setLineDash([4, 4]);
  context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  context.setLineDash([]);
  context.fillStyle = css(palette.ink, 0.85);
  context.font = '12px system-ui, sans-serif';
  context.fillText('x₁', right - 18, middle - 6);
  context.fillText('x₂', centre + 6, top + 16);
  context.fillText('1', x1 + 4, middle + 14);
  context.fillText('−1', x0 - 16, middle + 14);
}

function drawBand(
  context: CanvasRenderingContext2D,
  { from, to, band }: NonNullable<Scene['line']>,
  palette: Palette,
  at: Place,
  unit: number,
): void {
  context.beginPath();
  context.moveTo(...at(from.x, from.y));
  context.lineTo(...at(to.x, to.y));
  context.lineWidth = 2 * band * unit;
  context.strokeStyle = css(palette.likelihood, 0.16);
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = css(palette.likelihood, 0.9);
  context.stroke();
}

function drawField(
  context: CanvasRenderingContext2D,
  field: (x: number, y: number) => Point,
  radius: number,
  palette: Palette,
  at: Place,
  size: number,
): void {
  const spacing = (2 * radius) / ARROWS;
  for (let row = 0; row < ARROWS; row++) {
    for (let column = 0; column < ARROWS; column++) {
      const [x, y] = [(column + 0.5) * spacing - radius, (row + 0.5) * spacing - radius];
      const { x: dx, y: dy } = field(x, y);
      const length = Math.hypot(dx, dy);
      if (!(length > 1e-9)) continue;
      // Lengths saturate, so that far arrows do not cover the near ones.
      const drawn = 0.85 * spacing * Math.tanh(length / 4);
      const [px, py] = at(x, y);
      const scale = ((drawn / length) * size) / (2 * radius);
      drawArrow(context, [px, py], [px + dx * scale, py - dy * scale], palette.ink, 1, 0.65);
    }
  }
}

function drawTrails(
  context: CanvasRenderingContext2D,
  trails: readonly Float32Array[],
  palette: Palette,
  at: Place,
): void {
  if (trails.length < 2) return;
  context.strokeStyle = css(palette.posterior, 0.5);
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < trails[0].length; i += 2) {
    context.moveTo(...at(trails[0][i], trails[0][i + 1]));
    for (let step = 1; step < trails.length; step++) context.lineTo(...at(trails[step][i], trails[step][i + 1]));
  }
  context.stroke();
}

function drawPoints(context: CanvasRenderingContext2D, points: Float32Array, palette: Palette, at: Place): void {
  context.fillStyle = css(palette.points, 0.8);
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = at(points[i], points[i + 1]);
    context.moveTo(x + 2, y);
    context.arc(x, y, 2, 0, 2 * Math.PI);
  }
  context.fill();
}

function drawArrow(
  context: CanvasRenderingContext2D,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  color: Rgb,
  width: number,
  alpha = 1,
): void {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const head = Math.min(3 + 2 * width, Math.hypot(x1 - x0, y1 - y0) * 0.6);
  context.strokeStyle = css(color, alpha);
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  for (const side of [-0.5, 0.5]) {
    context.moveTo(x1, y1);
    context.lineTo(x1 - head * Math.cos(angle + side), y1 - head * Math.sin(angle + side));
  }
  context.stroke();
}
