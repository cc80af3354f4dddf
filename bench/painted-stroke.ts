/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** Of which the least disturbed counts. */
export const STROKES = 4;

/** What the page measured of one stroke. */
export interface Stroke {
  /** Between successive frames, milliseconds. */
  readonly intervals: readonly number[];
  /** Spent in scripts of a frame: input, painting the mask, drawing. */
  readonly work: readonly number[];
}

/** Of several strokes the one whose frames other programs held up least; the first also makes the surfaces. */
export async function leastDisturbed(page: Page): Promise<Stroke> {
  const strokes: Stroke[] = [];
  for (let i = 0; i < STROKES; i++) strokes.push(await paintStroke(page));
  const total = ({ intervals }: Stroke): number => intervals.reduce((sum, interval) => sum + interval, 0);
  return strokes.reduce((best, stroke) => (total(stroke) < total(best) ? stroke : best));
}

/** Paints a wave across the canvas with pointer events made in the page, so that the driver's own pace does not count. */
async function paintStroke(page: Page): Promise<Stroke> {
  return page.getByTestId('mask-canvas').evaluate(async (element) => {
    const FRAMES = 180;
    const box = element.getBoundingClientRect();
    const intervals: number[] = [];
    const work: number[] = [];
    const send = (type: string, step: number): void => {
      const share = step / FRAMES;
      element.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 1,
          pointerType: 'mouse',
          buttons: type === 'pointerup' ? 0 : 1,
          bubbles: true,
          cancelable: true,
          clientX: box.x + box.width * (0.05 + 0.9 * share),
          clientY: box.y + box.height * (0.5 + 0.35 * Math.sin(share * 20)),
        }),
      );
    };
    // There is no real pointer to be captured.
    element.setPointerCapture = () => undefined;
    const request = globalThis.requestAnimationFrame.bind(globalThis);
    let spent = 0;
    const timed = (part: () => void): void => {
      const begun = performance.now();
      part();
      spent += performance.now() - begun;
    };
    // The editor draws in the callbacks of its own.
    globalThis.requestAnimationFrame = (callback) => request((time) => timed(() => callback(time)));
    const frame = (): Promise<number> => new Promise((resolve) => request(resolve));
    let last = await frame();
    send('pointerdown', 0);
    for (let step = 1; step <= FRAMES; step++) {
      timed(() => send('pointermove', step));
      const now = await frame();
      intervals.push(now - last);
      work.push(spent);
      last = now;
      spent = 0;
    }
    globalThis.requestAnimationFrame = request;
    send('pointerup', FRAMES);
    return { intervals, work };
  });
}
