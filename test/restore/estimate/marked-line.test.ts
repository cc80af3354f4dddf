import { expect, it } from 'vitest';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { paintSegment } from '../../../src-renderer/canvas/raster/stroke-segment.ts';
import { markedLine } from '../../../src-main/restore/estimate/marked-line.ts';

function stroke(x0: number, y0: number, x1: number, y1: number, radius: number) {
  const layer = new MaskLayer(120, 90);
  paintSegment(layer, { x: x0, y: y0, radius }, { x: x1, y: y1, radius }, 1, 'add');
  return { ...layer.bounds!, coverage: layer.read(layer.bounds!) };
}

it('finds the line that a stroke was drawn along, without the ends of the brush', () => {
  for (const [x0, y0, x1, y1] of [
    [20, 30, 60, 30],
    [70, 20, 70, 60],
    [30, 70, 80, 20],
  ]) {
    const line = markedLine(stroke(x0, y0, x1, y1, 3));
    const ends = [Math.hypot(line.x0 - x0, line.y0 - y0), Math.hypot(line.x0 - x1, line.y0 - y1)];
    expect(Math.min(...ends)).toBeLessThan(1.5);
    expect(Math.abs(Math.hypot(line.x1 - line.x0, line.y1 - line.y0) - Math.hypot(x1 - x0, y1 - y0))).toBeLessThan(2);
  }
});

it('says that a spot is no line', () => {
  expect(() => markedLine(stroke(40, 40, 41, 40, 8))).toThrow(/no line/);
});
