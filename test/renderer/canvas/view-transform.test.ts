import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actualSize,
  drawnRect,
  fitView,
  flatTransform,
  flatView,
  isSmoothed,
  MAX_ZOOM,
  minimumZoom,
  origin,
  pan,
  pinch,
  pixelAt,
  resizeViewport,
  reveal,
  toPicture,
  toScreen,
  turnBy,
  turnTo,
  visibleRect,
  zoomAt,
  zoomByWheel,
  zoomIn,
  zoomOut,
  type View,
} from '../../../src-renderer/canvas/view-transform.ts';

const picture = { width: 6000, height: 4000 };
const viewport = { width: 1200, height: 800, pixelRatio: 1 };

const pixelRatios = fc.constantFrom(1, 1.25, 1.5, 2, 3);
const screenPoints = fc.record({
  x: fc.integer({ min: 0, max: 1200 }),
  y: fc.integer({ min: 0, max: 800 }),
});
const views: fc.Arbitrary<View> = fc
  .record({
    ratio: pixelRatios,
    zoom: fc.double({ min: 0.02, max: 64, noNaN: true }),
    anchor: screenPoints,
    dx: fc.integer({ min: -900, max: 900 }),
  })
  .map(({ ratio, zoom, anchor, dx }) =>
    pan(zoomAt(fitView(picture, { ...viewport, pixelRatio: ratio }), zoom, anchor), dx, -dx / 2),
  );

describe('fit', () => {
  it('shows the whole picture, centred, touching two sides', () => {
    const view = fitView({ width: 1000, height: 250 }, { width: 500, height: 400, pixelRatio: 1 });
    expect(drawnRect(view, { x: 0, y: 0, width: 1000, height: 250 })).toEqual({
      x: 0,
      y: 138,
      width: 500,
      height: 125,
    });
  });

  it('leaves the padding free, in CSS pixels', () => {
    const view = fitView({ width: 1000, height: 1000 }, { width: 500, height: 500, pixelRatio: 2 }, 50);
    expect(drawnRect(view, { x: 0, y: 0, width: 1000, height: 1000 })).toEqual({
      x: 100,
      y: 100,
      width: 800,
      height: 800,
    });
  });

  it('enlarges small pictures by whole numbers only', () => {
    expect(fitView({ width: 128, height: 128 }, viewport).zoom).toBe(6);
  });
});

describe('zoom', () => {
  it('keeps the picture point under the cursor to half a device pixel', () => {
    fc.assert(
      fc.property(screenPoints, fc.double({ min: 0.5, max: 20, noNaN: true }), (anchor, zoom) => {
        const before = fitView(picture, viewport);
        const point = toPicture(before, anchor);
        const after = toScreen(zoomAt(before, zoom, anchor), point);
        expect(Math.abs(after.x - anchor.x)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(after.y - anchor.y)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('does not drift when the wheel goes forth and back many times', () => {
    const start = zoomAt(fitView(picture, viewport), 1.37, { x: 600, y: 400 });
    let view = start;
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 7; i++) view = zoomByWheel(view, -100, { x: 411, y: 333 });
      for (let i = 0; i < 7; i++) view = zoomByWheel(view, 100, { x: 411, y: 333 });
    }
    expect(view.zoom).toBeCloseTo(start.zoom, 9);
    expect(origin(view)).toEqual(origin(start));
  });

  it('steps through whole numbers from 100 % on, and back through the same values', () => {
    let view = actualSize(fitView(picture, viewport));
    const up: number[] = [];
    while (view.zoom < MAX_ZOOM) {
      view = zoomIn(view);
      up.push(view.zoom);
    }
    expect(up).toEqual([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    const down: number[] = [];
    while (view.zoom > 1) {
      view = zoomOut(view);
      down.push(view.zoom);
    }
    expect(down).toEqual([48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1]);
  });

  it('stops at both limits', () => {
    const view = fitView(picture, viewport);
    expect(zoomAt(view, 1e9, { x: 0, y: 0 }).zoom).toBe(MAX_ZOOM);
    expect(zoomAt(view, 0, { x: 0, y: 0 }).zoom).toBe(minimumZoom(picture));
    expect(zoomIn(zoomAt(view, MAX_ZOOM, { x: 0, y: 0 })).zoom).toBe(MAX_ZOOM);
    let smallest = view;
    for (let i = 0; i < 40; i++) smallest = zoomOut(smallest);
    expect(smallest.zoom).toBe(minimumZoom(picture));
  });

  it('shows one picture pixel per device pixel at 100 %, whatever the pixel ratio', () => {
    const view = actualSize(fitView(picture, { ...viewport, pixelRatio: 2 }));
    const a = toScreen(view, { x: 100, y: 100 });
    const b = toScreen(view, { x: 102, y: 100 });
    expect(b.x - a.x).toBe(1);
  });
});

describe('mapping', () => {
  it('is inverted exactly, to and fro', () => {
    fc.assert(
      fc.property(views, screenPoints, (view, screen) => {
        const back = toScreen(view, toPicture(view, screen));
        expect(back.x).toBeCloseTo(screen.x, 6);
        expect(back.y).toBeCloseTo(screen.y, 6);
      }),
    );
  });

  it('finds, under every device pixel that a picture pixel is drawn on, that picture pixel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        pixelRatios,
        fc.nat(5999),
        fc.nat(3999),
        fc.integer({ min: 0, max: 1e6 }),
        (zoom, ratio, x, y, pick) => {
          const start = fitView(picture, { ...viewport, pixelRatio: ratio });
          const view = reveal(zoomAt(start, zoom, { x: 300, y: 200 }), { x: x + 0.5, y: y + 0.5 });
          const drawn = drawnRect(view, { x, y, width: 1, height: 1 });
          expect([drawn.width, drawn.height]).toEqual([zoom, zoom]);
          const device = { x: drawn.x + (pick % zoom), y: drawn.y + (Math.floor(pick / zoom) % zoom) };
          expect(pixelAt(view, { x: (device.x + 0.5) / ratio, y: (device.y + 0.5) / ratio })).toEqual({ x, y });
        },
      ),
    );
  });

  it('finds no pixel beside the picture', () => {
    const view = fitView({ width: 100, height: 50 }, { width: 200, height: 200, pixelRatio: 1 });
    expect(pixelAt(view, { x: 100, y: 49 })).toBeUndefined();
    expect(pixelAt(view, { x: 100, y: 50 })).toEqual({ x: 50, y: 0 });
    expect(pixelAt(view, { x: 199.9, y: 149.9 })).toEqual({ x: 99, y: 49 });
    expect(pixelAt(view, { x: 100, y: 150 })).toBeUndefined();
  });

  it('draws neighbouring blocks edge to edge', () => {
    fc.assert(
      fc.property(views, fc.nat(20), (view, column) => {
        const left = drawnRect(view, { x: column * 256, y: 0, width: 256, height: 256 });
        const right = drawnRect(view, { x: (column + 1) * 256, y: 0, width: 256, height: 256 });
        expect(right.x).toBe(left.x + left.width);
      }),
    );
  });

  it('reports exactly the pixels that are in sight', () => {
    const view = zoomAt(fitView(picture, viewport), 4, { x: 600, y: 400 });
    const visible = visibleRect(view);
    expect(visible).toBeDefined();
    if (visible === undefined) return;
    const corner = toPicture(view, { x: 0, y: 0 });
    expect(visible.x).toBe(Math.floor(corner.x));
    expect(visible.width).toBeGreaterThanOrEqual(300);
    expect(visible.width).toBeLessThanOrEqual(301);
    expect(visibleRect(fitView(picture, viewport))).toEqual({ x: 0, y: 0, ...picture });
  });

  it('smooths reduced pictures only', () => {
    const view = fitView(picture, viewport);
    expect(isSmoothed(view)).toBe(true);
    expect(isSmoothed(actualSize(view))).toBe(false);
  });
});

describe('a turned view', () => {
  const angles = fc.oneof(fc.constantFrom(90, 180, -90), fc.double({ min: 0.5, max: 179, noNaN: true }));

  /** Far enough from the edges that what is left of the picture stays in sight. */
  const inner = fc.record({ x: fc.integer({ min: 70, max: 1130 }), y: fc.integer({ min: 70, max: 730 }) });

  it('keeps what lies under the anchor, and is inverted exactly', () => {
    fc.assert(
      fc.property(views, angles, inner, (view, angle, anchor) => {
        const point = toPicture(view, anchor);
        const turned = turnTo(view, angle, anchor);
        fc.pre(pixelAt(view, anchor) !== undefined);
        const after = toScreen(turned, point);
        expect(Math.hypot(after.x - anchor.x, after.y - anchor.y)).toBeLessThanOrEqual(2);
        const back = toScreen(turned, toPicture(turned, anchor));
        expect(Math.hypot(back.x - anchor.x, back.y - anchor.y)).toBeLessThan(1e-6);
      }),
    );
  });

  it('fits the whole picture, and finds all of it in sight', () => {
    fc.assert(
      fc.property(angles, (angle) => {
        const view = fitView(picture, viewport, 10, angle);
        for (const x of [0, picture.width]) {
          for (const y of [0, picture.height]) {
            const corner = toScreen(view, { x, y });
            expect(Math.min(corner.x - 9, 1191 - corner.x, corner.y - 9, 791 - corner.y)).toBeGreaterThanOrEqual(0);
          }
        }
        expect(visibleRect(view)).toEqual({ x: 0, y: 0, ...picture });
      }),
    );
  });

  it('is drawn flat and turned to where it points: to the pixel at right angles', () => {
    fc.assert(
      fc.property(views, angles, screenPoints, (start, angle, screen) => {
        const view = turnTo(start, angle);
        const point = toPicture(view, screen);
        fc.pre(pixelAt(view, screen) !== undefined);
        const flat = flatView(view);
        const ratio = view.viewport.pixelRatio;
        const [a, b, c, d, e, f] = flatTransform(view);
        const at = toScreen(flat, point);
        const [x, y] = [at.x * ratio, at.y * ratio];
        expect(a * x + c * y + e).toBeCloseTo(screen.x * ratio, 5);
        expect(b * x + d * y + f).toBeCloseTo(screen.y * ratio, 5);
        // The canvas holds it, with its margin.
        expect(Math.min(at.x, at.y, flat.viewport.width - at.x, flat.viewport.height - at.y)).toBeGreaterThan(0);
        if (angle % 90 === 0) expect([a, b, c, d, e, f].every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it('turns in steps that meet upright, and counts within half a turn', () => {
    let view = turnTo(fitView(picture, viewport), 20);
    view = turnBy(view, 15);
    expect(view.angle).toBe(30);
    view = turnBy(view, -15);
    expect(view.angle).toBe(15);
    expect(turnBy(view, -15).angle).toBe(0);
    expect(turnTo(view, 200).angle).toBe(-160);
    expect(turnTo(view, -180).angle).toBe(180);
  });
});

describe('pan', () => {
  it('moves the picture by CSS pixels', () => {
    const view = actualSize(fitView(picture, { ...viewport, pixelRatio: 2 }));
    const before = toScreen(view, { x: 3000, y: 2000 });
    const after = toScreen(pan(view, 12, -7), { x: 3000, y: 2000 });
    expect([after.x - before.x, after.y - before.y]).toEqual([12, -7]);
  });

  it('never loses the picture', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: -1e5, max: 1e5 }), fc.integer({ min: -1e5, max: 1e5 }), (view, dx, dy) => {
        expect(visibleRect(pan(view, dx, dy))).toBeDefined();
      }),
    );
  });

  it('reveals a point with room around it and stays put when it is in sight', () => {
    const view = actualSize(fitView(picture, viewport));
    const shown = toScreen(reveal(view, { x: 5990, y: 20 }), { x: 5990, y: 20 });
    expect(shown).toEqual({ x: 1200 - 32, y: 32 });
    expect(reveal(view, { x: 3000, y: 2000 })).toBe(view);
  });
});

describe('pinch', () => {
  it('keeps the point between the fingers there and follows their distance', () => {
    const view = zoomAt(fitView(picture, viewport), 1, { x: 600, y: 400 });
    const before = [
      { x: 500, y: 400 },
      { x: 600, y: 400 },
    ] as const;
    const after = [
      { x: 520, y: 350 },
      { x: 720, y: 350 },
    ] as const;
    const pinched = pinch(view, before, after);
    expect(pinched.zoom).toBe(2);
    expect(toScreen(pinched, toPicture(view, { x: 550, y: 400 }))).toEqual({ x: 620, y: 350 });
  });

  it('survives fingers on the same spot', () => {
    const spot = { x: 10, y: 10 };
    const view = pinch(fitView(picture, viewport), [spot, spot], [spot, spot]);
    expect(Number.isFinite(view.zoom + view.x + view.y)).toBe(true);
  });
});

describe('another viewport', () => {
  it('keeps the middle of the picture and its size in CSS pixels', () => {
    const view = zoomAt(fitView(picture, viewport), 2, { x: 600, y: 400 });
    const moved = resizeViewport(view, { width: 900, height: 700, pixelRatio: 2 });
    expect(moved.zoom).toBe(4);
    expect(toScreen(moved, toPicture(view, { x: 600, y: 400 }))).toEqual({ x: 450, y: 350 });
  });
});
