import type { Editor } from '../canvas/editor.ts';
import type { Point } from '../canvas/geometry.ts';
import type { PreviewShape } from '../canvas/tools/tool.ts';
import { toScreen, type View } from '../canvas/view-transform.ts';

/** Draws what lies over picture and mask: the tool's outline, the brush's ring and the keyboard cursor. */
export function drawMarks(context: CanvasRenderingContext2D, editor: Editor): void {
  const { pixelRatio } = editor.view.viewport;
  const { canvas } = context;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  // Marks are drawn in CSS pixels, so that lines have the same width on every screen.
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  const shape = editor.tools.preview();
  if (shape !== undefined) {
    context.beginPath();
    outline(context, editor, shape);
    if (shape.kind === 'trail') drawTrail(context, (shape.diameter * editor.view.zoom) / pixelRatio);
    else strokeTwice(context, shape.kind === 'path' ? 2 : 1);
    if (shape.kind === 'brush') drawSoftEdge(context, editor, shape);
    if (shape.kind === 'path' && !shape.closed) drawCorners(context, editor, shape.points);
  }
  drawHealing(context, editor);
  const { cursor } = editor.tools;
  if (cursor !== undefined) drawCursor(context, toScreen(editor.view, pixelCentre(cursor)), cursor.isDown);
}

/** How far a soft brush marks fully: its edge fades from there on. */
function drawSoftEdge(
  context: CanvasRenderingContext2D,
  { settings, tools, view }: Editor,
  { x, y, diameter }: Extract<PreviewShape, { kind: 'brush' }>,
): void {
  const radius = ((diameter / 2) * settings.brush.hardness * view.zoom) / view.viewport.pixelRatio;
  const isSoft = (tools.active === 'brush' || tools.active === 'eraser') && settings.brush.hardness < 1;
  if (!isSoft || radius < 2) return;
  const centre = toScreen(view, { x, y });
  context.save();
  context.globalAlpha = 0.6;
  context.setLineDash([3, 4]);
  context.beginPath();
  context.arc(centre.x, centre.y, radius, 0, 2 * Math.PI);
  strokeTwice(context, 1);
  context.restore();
}

/** Corners of an outline that is being drawn by clicks; of a freehand one, which has many, only its beginning. */
const MOST_CORNERS = 60;

function drawCorners(context: CanvasRenderingContext2D, { view }: Editor, points: readonly Point[]): void {
  context.beginPath();
  for (const point of points.slice(0, points.length > MOST_CORNERS ? 1 : undefined)) {
    const { x, y } = toScreen(view, point);
    context.rect(x - 2.5, y - 2.5, 5, 5);
  }
  strokeTwice(context, 1);
}

function outline(context: CanvasRenderingContext2D, { view }: Editor, shape: PreviewShape): void {
  const scale = view.zoom / view.viewport.pixelRatio;
  if (shape.kind === 'brush') {
    const { x, y } = toScreen(view, shape);
    context.arc(x, y, Math.max(1.5, (shape.diameter / 2) * scale), 0, 2 * Math.PI);
  } else if (shape.kind === 'path' || shape.kind === 'trail') {
    for (const point of shape.points) {
      const { x, y } = toScreen(view, point);
      context.lineTo(x, y);
    }
    if (shape.kind === 'path' && shape.closed) context.closePath();
  } else {
    const { from, to } = shape;
    if (shape.kind === 'rectangle') return box(context, view, from, to);
    const middle = toScreen(view, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
    const radii = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)].map((length) => (length / 2) * scale);
    context.ellipse(middle.x, middle.y, radii[0], radii[1], (view.angle * Math.PI) / 180, 0, 2 * Math.PI);
  }
}

/** The edges of a block of the picture. @param margin  CSS pixels that they lie outside of it. */
function box(context: CanvasRenderingContext2D, view: View, from: Point, to: Point, margin = 0): void {
  const out = (margin * view.viewport.pixelRatio) / view.zoom;
  const [left, top] = [Math.min(from.x, to.x) - out, Math.min(from.y, to.y) - out];
  const [right, bottom] = [Math.max(from.x, to.x) + out, Math.max(from.y, to.y) + out];
  for (const [x, y] of [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]) {
    const corner = toScreen(view, { x, y });
    context.lineTo(corner.x, corner.y);
  }
  context.closePath();
}

/** Where the healing brush copies from, and the block of the selected stroke. */
function drawHealing(context: CanvasRenderingContext2D, { heals, tools, view }: Editor): void {
  if (heals.source !== undefined && tools.active === 'heal') {
    const { x, y } = toScreen(view, pixelCentre(heals.source));
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [0, 1],
    ]) {
      context.moveTo(x - dx * 12, y - dy * 12);
      context.lineTo(x + dx * 12, y + dy * 12);
    }
    strokeTwice(context, 1);
  }
  if (heals.outline !== undefined) {
    const { x, y, width, height } = heals.outline;
    context.save();
    context.setLineDash([5, 4]);
    context.beginPath();
    box(context, view, { x, y }, { x: x + width, y: y + height }, 3);
    strokeTwice(context, 1);
    context.restore();
  }
}

/** Lets the picture be seen through it, and looks unlike the mask: nothing is marked yet. */
function drawTrail(context: CanvasRenderingContext2D, width: number): void {
  context.save();
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = Math.max(1, width);
  context.strokeStyle = 'rgb(255 255 255 / 45%)';
  context.stroke();
  context.restore();
}

/** A cross that leaves its pixel free; with a dot while the tool is down. */
function drawCursor(context: CanvasRenderingContext2D, { x, y }: Point, isDown: boolean): void {
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + dx * 5, y + dy * 5);
    context.lineTo(x + dx * 14, y + dy * 14);
  }
  if (isDown) {
    context.moveTo(x + 3, y);
    context.arc(x, y, 3, 0, 2 * Math.PI);
  }
  strokeTwice(context, 2);
}

/** Dark around light is seen on every picture. */
function strokeTwice(context: CanvasRenderingContext2D, width: number): void {
  context.lineWidth = width + 2;
  context.strokeStyle = 'rgb(0 0 0 / 65%)';
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = '#fff';
  context.stroke();
}

function pixelCentre({ x, y }: Point): Point {
  return { x: x + 0.5, y: y + 0.5 };
}
