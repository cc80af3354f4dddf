import type { DamageKind } from '../../src-main/contract/find.ts';

/** How findings of a kind are told apart: by colour, and by pattern for people who do not see the colours. */
export interface KindLook {
  /** Safe for the common forms of colour blindness (Okabe & Ito; IBM), and strong on grey photographs. */
  readonly color: string;
  readonly pattern: 'solid' | 'slanted' | 'crossed' | 'dotted' | 'striped';
}

export const kindLooks: Readonly<Record<DamageKind, KindLook>> = {
  line: { color: '#ffb000', pattern: 'slanted' },
  speck: { color: '#648fff', pattern: 'solid' },
  crack: { color: '#e8308a', pattern: 'crossed' },
  loss: { color: '#00b884', pattern: 'dotted' },
  text: { color: '#a06bff', pattern: 'striped' },
};

/** Of findings that are not to be marked. */
export const rejectedLook: KindLook = { color: '#c8ccd4', pattern: 'dotted' };

/** Side of a pattern's cell in CSS pixels. */
const CELL = 8;

/**
 * The fill of a look: its colour, lighter and darker by turns in its pattern.
 * @param scale  device pixels per CSS pixel.
 */
export function patternOf(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { color, pattern }: KindLook,
  scale: number,
): CanvasPattern | string {
  if (pattern === 'solid') return color;
  const side = Math.max(4, Math.round(CELL * scale));
  const cell = new OffscreenCanvas(side, side);
  const paint = cell.getContext('2d');
  if (paint === null) return color;
  paint.fillStyle = color;
  paint.globalAlpha = 0.55;
  paint.fillRect(0, 0, side, side);
  paint.globalAlpha = 1;
  paint.strokeStyle = color;
  paint.lineWidth = side / 4;
  drawCell(paint, pattern, side);
  return context.createPattern(cell, 'repeat') ?? color;
}

function drawCell(paint: OffscreenCanvasRenderingContext2D, pattern: KindLook['pattern'], side: number): void {
  paint.beginPath();
  if (pattern === 'dotted') {
    paint.arc(side / 2, side / 2, side / 4, 0, 2 * Math.PI);
    paint.fill();
    return;
  }
  if (pattern === 'striped') {
    paint.moveTo(0, side / 2);
    paint.lineTo(side, side / 2);
  } else {
    // Continued in the cells beside, so that the lines have no gaps at the corners.
    for (const shift of [-side, 0, side]) {
      paint.moveTo(shift, side);
      paint.lineTo(shift + side, 0);
      if (pattern === 'crossed') {
        paint.moveTo(shift, 0);
        paint.lineTo(shift + side, side);
      }
    }
  }
  paint.stroke();
}
