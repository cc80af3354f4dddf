import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskLayer, type Combination } from '../../../src-renderer/canvas/mask-layer.ts';
import { expectSameCoverage } from './same-coverage.ts';

const WIDTH = 300;
const HEIGHT = 270;

/** A span operation that may reach beyond the picture and across tiles; on few rows, so that many overlap. */
const spans = fc.record({
  y: fc.constantFrom(-1, 0, 1, 255, 256, HEIGHT - 1, HEIGHT),
  x: fc.integer({ min: -40, max: WIDTH + 5 }),
  values: fc.uint8Array({ minLength: 0, maxLength: 120 }),
  how: fc.constantFrom<Combination>('add', 'subtract', 'replace'),
});
type Span = typeof spans extends fc.Arbitrary<infer T> ? T : never;

function blendPlainly(mask: Uint8Array, { y, x, values, how }: Span): void {
  values.forEach((value, i) => {
    if (y < 0 || y >= HEIGHT || x + i < 0 || x + i >= WIDTH) return;
    const at = y * WIDTH + x + i;
    if (how === 'replace') mask[at] = value;
    else mask[at] = how === 'add' ? Math.max(mask[at], value) : Math.min(mask[at], 255 - value);
  });
}

function apply(layer: MaskLayer, { y, x, values, how }: Span): void {
  layer.blendSpan(y, x, values, 0, values.length, how);
}

const painted = fc.tuple(fc.array(spans, { minLength: 1, maxLength: 30 }), fc.boolean()).map(([list, inverted]) => {
  const layer = new MaskLayer(WIDTH, HEIGHT);
  if (inverted) layer.invert();
  for (const span of list) apply(layer, span);
  return layer;
});

describe('MaskLayer', () => {
  it('blends spans like a plain array does', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 30 }), (list) => {
        const layer = new MaskLayer(WIDTH, HEIGHT);
        const plain = new Uint8Array(WIDTH * HEIGHT);
        for (const span of list) {
          apply(layer, span);
          blendPlainly(plain, span);
        }
        expectSameCoverage(layer.toCoverage(), plain);
      }),
      { numRuns: 40 },
    );
  });

  it('joins coverages by the larger when adding and by what is left over when subtracting', () => {
    const layer = new MaskLayer(6, 1);
    layer.blendSpan(0, 0, Uint8Array.of(0, 100, 200, 255, 255, 90), 0, 6, 'add');
    layer.blendSpan(0, 0, Uint8Array.of(30, 50, 255, 0, 0, 91), 0, 6, 'add');
    expect([...layer.toCoverage()]).toEqual([30, 100, 255, 255, 255, 91]);
    layer.blendSpan(0, 0, Uint8Array.of(0, 155, 155, 255, 1, 0), 0, 6, 'subtract');
    expect([...layer.toCoverage()]).toEqual([30, 100, 100, 0, 254, 91]);
  });

  it('fills blocks like a plain array does, and whole tiles without memory', () => {
    const block = fc.record({
      x: fc.integer({ min: -20, max: WIDTH }),
      y: fc.integer({ min: -20, max: HEIGHT }),
      width: fc.integer({ min: 0, max: WIDTH + 40 }),
      height: fc.integer({ min: 0, max: HEIGHT + 40 }),
    });
    const steps = fc.array(fc.tuple(block, fc.constantFrom('add' as const, 'subtract' as const)), { maxLength: 6 });
    fc.assert(
      fc.property(steps, (list) => {
        const layer = new MaskLayer(WIDTH, HEIGHT);
        const plain = new Uint8Array(WIDTH * HEIGHT);
        for (const [rect, how] of list) {
          layer.fillRect(rect, how);
          for (let i = 0; i < plain.length; i++) {
            const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
            const isInside = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
            if (isInside) plain[i] = how === 'add' ? 255 : 0;
          }
        }
        expectSameCoverage(layer.toCoverage(), plain);
      }),
      { numRuns: 30 },
    );
    const huge = new MaskLayer(10000, 10000);
    huge.fillRect({ x: 0, y: 0, width: 10000, height: 10000 }, 'add');
    huge.invert();
    huge.invert();
    expect([huge.bytes, huge.paintedCount]).toEqual([0, 1e8]);
  });

  it('allocates only the tiles that are painted', () => {
    const layer = new MaskLayer(6000, 4000);
    layer.fillSpan(1000, 700, 800, 'add');
    expect(layer.bytes).toBe(2 * 256 * 256);
  });

  it('counts pixels of 50 % or more and finds the bounds of all coverage', () => {
    fc.assert(
      fc.property(painted, (layer) => {
        const coverage = layer.toCoverage();
        expect(layer.paintedCount).toBe(coverage.filter((c) => c >= 128).length);
        const xs: number[] = [];
        const ys: number[] = [];
        coverage.forEach((c, i) => {
          if (c === 0) return;
          xs.push(i % WIDTH);
          ys.push(Math.floor(i / WIDTH));
        });
        if (xs.length === 0) {
          expect(layer.bounds).toBeUndefined();
          return;
        }
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(layer.bounds).toEqual({ x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 });
      }),
      { numRuns: 40 },
    );
    const layer = new MaskLayer(3, 1);
    layer.blendSpan(0, 0, Uint8Array.of(127, 128, 255), 0, 3, 'add');
    expect(layer.paintedCount).toBe(2);
  });

  it('keeps counting right when a counted mask is painted on', () => {
    const layer = new MaskLayer(400, 300);
    layer.fillRect({ x: 10, y: 10, width: 5, height: 5 }, 'add');
    expect(layer.paintedCount).toBe(25);
    layer.fillRect({ x: 12, y: 10, width: 1, height: 5 }, 'subtract');
    expect(layer.paintedCount).toBe(20);
    layer.invert();
    expect(layer.paintedCount).toBe(400 * 300 - 20);
  });

  it('is the same after inverting twice', () => {
    fc.assert(
      fc.property(painted, (layer) => {
        const before = layer.toCoverage();
        layer.invert();
        expectSameCoverage(
          layer.toCoverage(),
          before.map((c) => 255 - c),
        );
        layer.invert();
        expectSameCoverage(layer.toCoverage(), before);
      }),
      { numRuns: 20 },
    );
  });

  it('takes an edit back by its patch, and repeats it by the patch of that', () => {
    fc.assert(
      fc.property(painted, fc.array(spans, { minLength: 1, maxLength: 10 }), fc.boolean(), (layer, list, inverts) => {
        const before = layer.toCoverage();
        layer.beginEdit();
        for (const span of list) apply(layer, span);
        if (inverts) layer.invert();
        const undo = layer.commitEdit();
        const after = layer.toCoverage();
        if (undo === undefined) {
          expectSameCoverage(after, before);
          return;
        }
        const redo = layer.apply(undo);
        expectSameCoverage(layer.toCoverage(), before);
        layer.apply(redo);
        expectSameCoverage(layer.toCoverage(), after);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves nothing behind when an edit is cancelled', () => {
    fc.assert(
      fc.property(painted, fc.array(spans, { maxLength: 10 }), (layer, list) => {
        const before = layer.toCoverage();
        layer.beginEdit();
        for (const span of list) apply(layer, span);
        layer.invert();
        layer.cancelEdit();
        expectSameCoverage(layer.toCoverage(), before);
      }),
      { numRuns: 20 },
    );
  });

  it('has no patch for an edit that changed nothing, and frees tiles that became uniform', () => {
    const layer = new MaskLayer(600, 300);
    layer.beginEdit();
    layer.fillSpan(5, 10, 20, 'add');
    layer.fillSpan(5, 10, 20, 'subtract');
    expect(layer.commitEdit()).toBeUndefined();
    expect(layer.bytes).toBe(0);
  });

  it('reports what changed since it was last asked, and only that', () => {
    const layer = new MaskLayer(600, 600);
    expect(layer.takeDirty()).toBeUndefined();
    layer.fillSpan(100, 250, 260, 'add');
    layer.blendSpan(103, -4, new Uint8Array(10).fill(9), 0, 10, 'add');
    expect(layer.takeDirty()).toEqual({ x: 0, y: 100, width: 260, height: 4 });
    expect(layer.takeDirty()).toBeUndefined();
    layer.fillSpan(700, 0, 10, 'add');
    expect(layer.takeDirty()).toBeUndefined();
    layer.beginEdit();
    layer.fillSpan(10, 300, 310, 'add');
    layer.takeDirty();
    layer.cancelEdit();
    expect(layer.takeDirty()).toEqual({ x: 256, y: 0, width: 256, height: 256 });
  });

  it('reads any block and any pixel', () => {
    fc.assert(
      fc.property(painted, fc.nat(WIDTH - 1), fc.nat(HEIGHT - 1), (layer, x, y) => {
        const rect = { x, y, width: WIDTH - x, height: HEIGHT - y };
        const block = layer.read(rect);
        expect(block[0]).toBe(layer.coverageAt(x, y));
        expect(block.at(-1)).toBe(layer.coverageAt(WIDTH - 1, HEIGHT - 1));
      }),
      { numRuns: 30 },
    );
    expect(new MaskLayer(2, 2).coverageAt(2, 0)).toBe(0);
  });

  it('takes coverage over and gives it out', () => {
    const coverage = Uint8Array.from({ length: 300 * 300 }, (_, i) => (i % 300 < 256 ? 255 : i & 255));
    const layer = MaskLayer.fromCoverage(300, 300, coverage);
    expectSameCoverage(layer.toCoverage(), coverage);
    expect(layer.uniformCoverage(0)).toBe(255);
    expect(layer.uniformCoverage(1)).toBeUndefined();
  });

  it('names both sizes when they differ', () => {
    expect(() => new MaskLayer(30, 20).assertSize({ width: 20, height: 30 })).toThrow(/30 × 20 .*20 × 30/);
    expect(() => MaskLayer.fromCoverage(3, 3, new Uint8Array(8))).toThrow(
      expect.objectContaining({ code: 'mask-size' }),
    );
    expect(() => new MaskLayer(0, 5)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses edits that overlap and undo in the middle of one', () => {
    const layer = new MaskLayer(10, 10);
    layer.beginEdit();
    expect(() => layer.beginEdit()).toThrow(/inside another/);
    expect(() => layer.apply({ tiles: [], bytes: 0 })).toThrow(/during an edit/);
    layer.cancelEdit();
    expect(() => layer.commitEdit()).toThrow(/had not begun/);
  });
});
