import type { FindingBounds } from '../../contract/find.ts';

/** Pixels that hang together, by edges or corners. */
export interface Component {
  /** Their indices, in no particular order; valid only until the next component is visited. */
  readonly pixels: Int32Array;
  readonly bounds: FindingBounds;
}

/**
 * Visits the connected components of the pixels of at least `least`, in the order of their first pixels.
 * @param values  height × width.
 */
export function forEachComponent(
  values: Uint8Array,
  width: number,
  height: number,
  least: number,
  visit: (component: Component) => void,
): void {
  const isPending = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) isPending[i] = values[i] >= least ? 1 : 0;
  let queue = new Int32Array(1024);
  for (let start = isPending.indexOf(1); start >= 0; start = isPending.indexOf(1, start + 1)) {
    isPending[start] = 0;
    queue[0] = start;
    let count = 1;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (let next = 0; next < count; next++) {
      const x = queue[next] % width;
      const y = (queue[next] - x) / width;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      if (count + 8 > queue.length) {
        const longer = new Int32Array(queue.length * 2);
        longer.set(queue);
        queue = longer;
      }
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const index = ny * width + nx;
          if (isPending[index] === 0) continue;
          isPending[index] = 0;
          queue[count++] = index;
        }
      }
    }
    visit({
      pixels: queue.subarray(0, count),
      bounds: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
    });
  }
}
