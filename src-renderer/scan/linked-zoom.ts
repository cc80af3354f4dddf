/** What linked pictures show: how much larger than fitted, and which point of them, as shares, is in the middle. */
export interface LinkedZoom {
  /** 1 … 32. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE: LinkedZoom = { scale: 1, x: 0.5, y: 0.5 };
const LARGEST = 32;

/** Changes the scale by a factor and keeps the point under (u, v), shares of the panel from its top left, in place. */
export function zoomedAt(zoom: LinkedZoom, factor: number, u = 0.5, v = 0.5): LinkedZoom {
  const scale = Math.min(LARGEST, Math.max(1, zoom.scale * factor));
  const shift = 1 / zoom.scale - 1 / scale;
  return within({ scale, x: zoom.x + (u - 0.5) * shift, y: zoom.y + (v - 0.5) * shift });
}

/** Moves the pictures by shares of the panel. */
export function panned(zoom: LinkedZoom, du: number, dv: number): LinkedZoom {
  return within({ ...zoom, x: zoom.x - du / zoom.scale, y: zoom.y - dv / zoom.scale });
}

/** Nothing beside the picture comes into view. */
function within({ scale, x, y }: LinkedZoom): LinkedZoom {
  const edge = 0.5 / scale;
  const limited = (value: number): number => Math.min(1 - edge, Math.max(edge, value));
  return { scale, x: limited(x), y: limited(y) };
}
