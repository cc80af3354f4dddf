import { rectBetween, type Point, type Rect, type Size } from './geometry.ts';

/** The canvas element: CSS pixels, and device pixels per CSS pixel. */
export interface Viewport extends Size {
  readonly pixelRatio: number;
}

/**
 * Where the picture lies in the viewport. Immutable: every function below returns a new one.
 *
 * Zoom counts *device* pixels per picture pixel, so that 1 shows every pixel of the picture on exactly one pixel of
 * the screen whatever the pixel ratio. The position is kept exact, so that zooming back and forth never drifts, and
 * rounded to whole device pixels wherever it is used (`origin`): drawing and pointing therefore agree at any zoom, and
 * at whole-number zooms every picture pixel is a sharp square.
 *
 * A turned view shows the picture turned about its top left corner; its pixels are what they are. With R the turn by `angle`,
 * the picture's point p lies at `origin` + R(zoom · p). Only what draws has to know of it: see `flatView`.
 */
export interface View {
  readonly picture: Size;
  readonly viewport: Viewport;
  readonly zoom: number;
  /** Degrees that the picture is turned by, clockwise: (−180, 180]. */
  readonly angle: number;
  /** Exact position of the picture's top left corner, in device pixels. */
  readonly x: number;
  readonly y: number;
}

export const MAX_ZOOM = 64;

/** Shown length, in device pixels, under which the picture's longer side does not shrink. */
const SMALLEST_SIDE = 32;

/** CSS pixels of the picture that stay in sight however far it is panned. */
const KEPT_IN_SIGHT = 64;

/** From 1 on only whole numbers: every picture pixel has the same size on the screen. */
const ZOOM_STEPS: readonly number[] = [
  ...[64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2].map((n) => 1 / n),
  ...[2 / 3, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, MAX_ZOOM],
];

/** Smallest zoom of a picture: its longer side stays visible as a thumbnail. */
export function minimumZoom(picture: Size): number {
  return Math.min(1, SMALLEST_SIDE / Math.max(picture.width, picture.height));
}

/** Size of the canvas' pixel buffer. */
export function bufferSize(viewport: Viewport): Size {
  return {
    width: Math.max(1, Math.round(viewport.width * viewport.pixelRatio)),
    height: Math.max(1, Math.round(viewport.height * viewport.pixelRatio)),
  };
}

/**
 * The whole picture, centred, as large as the viewport allows; pictures that need enlarging get a whole-number zoom.
 * @param padding  CSS pixels left free on every side.
 * @param angle    degrees that it is turned by.
 */
export function fitView(picture: Size, viewport: Viewport, padding = 0, angle = 0): View {
  const room = bufferSize(viewport);
  const free = 2 * padding * viewport.pixelRatio;
  const extent = extentOf(picture, angle);
  const zoom = Math.min(Math.max(1, room.width - free) / extent.width, Math.max(1, room.height - free) / extent.height);
  return centred(picture, viewport, clampZoom(picture, zoom > 1 ? Math.floor(zoom) : zoom), angle);
}

/** One device pixel per picture pixel, about `anchor` (CSS pixels; the viewport's centre by default). */
export function actualSize(view: View, anchor: Point = viewportCentre(view)): View {
  return zoomAt(view, 1, anchor);
}

/** Changes the zoom and keeps the picture point under `anchor` (CSS pixels) where it is. */
export function zoomAt(view: View, zoom: number, anchor: Point): View {
  return place(view, zoom, exactPicturePoint(view, anchor), anchor);
}

/** The next larger of the zoom steps (25 %, 33 %, 50 %, 67 %, 100 %, 200 % …). */
export function zoomIn(view: View, anchor: Point = viewportCentre(view)): View {
  return zoomAt(view, ZOOM_STEPS.find((step) => step > view.zoom * 1.001) ?? MAX_ZOOM, anchor);
}

/** The next smaller of the zoom steps. */
export function zoomOut(view: View, anchor: Point = viewportCentre(view)): View {
  return zoomAt(view, ZOOM_STEPS.findLast((step) => step < view.zoom / 1.001) ?? 0, anchor);
}

/**
 * Zoom by wheel or track-pad: continuous, and the same distance scrolled back undoes it.
 * @param delta  scrolled distance in CSS pixels, positive away from the picture (smaller).
 */
export function zoomByWheel(view: View, delta: number, anchor: Point): View {
  return zoomAt(view, view.zoom * Math.exp(-delta / 400), anchor);
}

/** Moves the picture by a distance in CSS pixels. */
export function pan(view: View, dx: number, dy: number): View {
  const ratio = view.viewport.pixelRatio;
  return clampPosition({ ...view, x: view.x + dx * ratio, y: view.y + dy * ratio });
}

/** Turns the view to an angle, in degrees, about what lies under `anchor` (CSS pixels; the viewport's centre by default). */
export function turnTo(view: View, angle: number, anchor: Point = viewportCentre(view)): View {
  const point = exactPicturePoint(view, anchor);
  return place({ ...view, angle: normalAngle(angle) }, view.zoom, point, anchor);
}

/** Turns the view on to the next multiple of a step, in degrees, clockwise for a positive one. */
export function turnBy(view: View, step: number): View {
  const count = view.angle / step;
  return turnTo(view, step * (Math.floor(count + 1e-6) + 1));
}

/** The angle, in degrees, of the line from one finger to another. */
export function fingersAngle([a, b]: readonly [Point, Point]): number {
  return (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
}

/** An angle as a view has it, degrees: (−180, 180]; what is a rounding error from a right angle is one. */
export function normalAngle(angle: number): number {
  const near = Math.round(angle / 90) * 90;
  const exact = Math.abs(angle - near) < 1e-6 ? near : angle;
  const turned = ((exact % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

/**
 * Two-finger zoom and pan: what was under the fingers' midpoint stays under it, and the zoom follows their distance.
 * @param before, after  both fingers' positions in CSS pixels.
 */
export function pinch(view: View, before: readonly [Point, Point], after: readonly [Point, Point]): View {
  const spread = ([a, b]: readonly [Point, Point]): number => Math.hypot(a.x - b.x, a.y - b.y);
  const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  // Fingers that touch give no usable distance; a pixel is the least that two contacts can be told apart by.
  const ratio = Math.max(1, spread(after)) / Math.max(1, spread(before));
  return place(view, view.zoom * ratio, exactPicturePoint(view, middle(before)), middle(after));
}

/** The same picture point stays in the middle, at the same size in CSS pixels, when the window or screen changes. */
export function resizeViewport(view: View, viewport: Viewport): View {
  const kept = exactPicturePoint(view, viewportCentre(view));
  const zoom = (view.zoom * viewport.pixelRatio) / view.viewport.pixelRatio;
  const resized = { ...view, viewport };
  return place(resized, zoom, kept, viewportCentre(resized));
}

/** Moves the view just so far that `point` of the picture is at least `margin` CSS pixels inside the viewport. */
export function reveal(view: View, point: Point, margin = 32): View {
  const shown = toScreen(view, point);
  const shift = (at: number, length: number): number => {
    const inset = Math.min(margin, length / 2);
    return Math.max(0, inset - at) - Math.max(0, at - (length - inset));
  };
  const dx = shift(shown.x, view.viewport.width);
  const dy = shift(shown.y, view.viewport.height);
  return dx === 0 && dy === 0 ? view : pan(view, dx, dy);
}

/** The picture's top left corner as drawn: whole device pixels. */
export function origin(view: View): Point {
  return { x: Math.round(view.x), y: Math.round(view.y) };
}

/** Picture coordinates of a viewport position in CSS pixels; may lie outside the picture. */
export function toPicture(view: View, screen: Point): Point {
  const { x, y } = origin(view);
  const ratio = view.viewport.pixelRatio;
  const at = turned({ x: screen.x * ratio - x, y: screen.y * ratio - y }, -view.angle);
  return { x: at.x / view.zoom, y: at.y / view.zoom };
}

/** Viewport position, in CSS pixels, of a picture point: the inverse of `toPicture`. */
export function toScreen(view: View, point: Point): Point {
  const { x, y } = origin(view);
  const ratio = view.viewport.pixelRatio;
  const at = turned({ x: point.x * view.zoom, y: point.y * view.zoom }, view.angle);
  return { x: (at.x + x) / ratio, y: (at.y + y) / ratio };
}

/** The picture pixel under a viewport position, or undefined beside the picture. */
export function pixelAt(view: View, screen: Point): Point | undefined {
  const point = toPicture(view, screen);
  const x = Math.floor(point.x);
  const y = Math.floor(point.y);
  return x >= 0 && y >= 0 && x < view.picture.width && y < view.picture.height ? { x, y } : undefined;
}

/**
 * Where to draw a block of picture pixels, in whole device pixels; in a turned view, before it is turned about `origin`.
 * Neighbouring blocks share their edge, so tiles drawn one by one leave no seam at any zoom.
 */
export function drawnRect(view: View, rect: Rect): Rect {
  const { x, y } = origin(view);
  const left = Math.round(x + rect.x * view.zoom);
  const top = Math.round(y + rect.y * view.zoom);
  return {
    x: left,
    y: top,
    width: Math.round(x + (rect.x + rect.width) * view.zoom) - left,
    height: Math.round(y + (rect.y + rect.height) * view.zoom) - top,
  };
}

/** The block of picture pixels that holds all which the viewport shows, wholly or in part; undefined when it shows none. */
export function visibleRect(view: View): Rect | undefined {
  const { width, height } = bufferSize(view.viewport);
  const { x, y } = origin(view);
  const corners = [
    { x: -x, y: -y },
    { x: width - x, y: -y },
    { x: -x, y: height - y },
    { x: width - x, y: height - y },
  ].map((corner) => turned(corner, -view.angle));
  const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
  return rectBetween(
    Math.max(0, Math.floor(Math.min(...xs) / view.zoom)),
    Math.max(0, Math.floor(Math.min(...ys) / view.zoom)),
    Math.min(view.picture.width, Math.ceil(Math.max(...xs) / view.zoom)),
    Math.min(view.picture.height, Math.ceil(Math.max(...ys) / view.zoom)),
  );
}

/**
 * The same view of a canvas in which the picture is not turned, large enough for all that is in sight: drawn there, and its
 * `origin` turned and put on that of `view`, everything is where `toScreen` says.
 */
export function flatView(view: View): View {
  if (view.angle === 0) return view;
  const { picture, zoom, viewport } = view;
  const { pixelRatio } = viewport;
  const { x, y, width, height } = visibleRect(view) ?? { x: 0, y: 0, width: 1, height: 1 };
  // A pixel of margin, so that the turned edges of the picture are smooth.
  const room = { width: Math.ceil(width * zoom) + 2, height: Math.ceil(height * zoom) + 2 };
  return {
    picture,
    viewport: { width: room.width / pixelRatio, height: room.height / pixelRatio, pixelRatio },
    zoom,
    angle: 0,
    x: 1 - Math.round(x * zoom),
    y: 1 - Math.round(y * zoom),
  };
}

/** Smoothing blurs pixels that should be seen: only reduced pictures are smoothed. */
export function isSmoothed(view: View): boolean {
  return view.zoom < 1;
}

/** The viewport's centre in CSS pixels. */
export function viewportCentre(view: View): Point {
  return { x: view.viewport.width / 2, y: view.viewport.height / 2 };
}

function exactPicturePoint(view: View, screen: Point): Point {
  const ratio = view.viewport.pixelRatio;
  const at = turned({ x: screen.x * ratio - view.x, y: screen.y * ratio - view.y }, -view.angle);
  return { x: at.x / view.zoom, y: at.y / view.zoom };
}

function place(view: View, zoom: number, point: Point, screen: Point): View {
  const clamped = clampZoom(view.picture, zoom);
  const ratio = view.viewport.pixelRatio;
  const at = turned({ x: point.x * clamped, y: point.y * clamped }, view.angle);
  return clampPosition({ ...view, zoom: clamped, x: screen.x * ratio - at.x, y: screen.y * ratio - at.y });
}

function centred(picture: Size, viewport: Viewport, zoom: number, angle: number): View {
  const room = bufferSize(viewport);
  const extent = extentOf(picture, angle);
  return {
    picture,
    viewport,
    zoom,
    angle,
    x: Math.round((room.width - extent.width * zoom) / 2 - extent.x * zoom),
    y: Math.round((room.height - extent.height * zoom) / 2 - extent.y * zoom),
  };
}

/**
 * How a canvas that was drawn by `flatView` is put on that of `view`: [a, b, c, d, e, f] of `setTransform`. At right angles
 * pixels fall on pixels.
 */
export function flatTransform(view: View): readonly [number, number, number, number, number, number] {
  const [from, to] = [origin(flatView(view)), origin(view)];
  const [right, down] = [turned({ x: 1, y: 0 }, view.angle), turned({ x: 0, y: 1 }, view.angle)];
  return [
    ...[right.x, right.y, down.x, down.y],
    to.x - right.x * from.x - down.x * from.y,
    to.y - right.y * from.x - down.y * from.y,
  ] as [number, number, number, number, number, number];
}

/** Turns a vector clockwise; right angles are exact. @param angle  degrees. */
function turned({ x, y }: Point, angle: number): Point {
  switch (angle) {
    case 0:
      return { x, y };
    case 90:
    case -270:
      return { x: -y, y: x };
    case 180:
    case -180:
      return { x: -x, y: -y };
    case -90:
    case 270:
      return { x: y, y: -x };
    default: {
      const radians = (angle * Math.PI) / 180;
      const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
      return { x: cos * x - sin * y, y: sin * x + cos * y };
    }
  }
}

/** The block round a turned picture, in its pixels, seen from its top left corner. */
function extentOf({ width, height }: Size, angle: number): Rect {
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: 0, y: height },
    { x: width, y: height },
  ].map((corner) => turned(corner, angle));
  const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function clampZoom(picture: Size, zoom: number): number {
  return Math.min(MAX_ZOOM, Math.max(minimumZoom(picture), zoom));
}

function clampPosition(view: View): View {
  const room = bufferSize(view.viewport);
  const block = extentOf(view.picture, view.angle);
  const clamp = (position: number, from: number, extent: number, space: number): number => {
    const [start, length] = [position + from * view.zoom, extent * view.zoom];
    const kept = Math.min(KEPT_IN_SIGHT * view.viewport.pixelRatio, length, space);
    return Math.min(space - kept, Math.max(kept - length, start)) - from * view.zoom;
  };
  return {
    ...view,
    x: clamp(view.x, block.x, block.width, room.width),
    y: clamp(view.y, block.y, block.height, room.height),
  };
}
