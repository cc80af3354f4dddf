/**
 * How far, in pixels, the deepest unknown pixel is from a known one (chessboard distance, two passes); the hole's
 * thickness is about twice that. Pixels beyond the border count as unknown: they cannot help.
 */
export function holeDepth(unknown: Uint8Array, width: number, height: number): number {
  const far = width + height;
  const distance = new Uint16Array(unknown.length);
  let deepest = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (unknown[i] === 0) continue;
      let d = far;
      if (x > 0) d = Math.min(d, distance[i - 1]);
      if (y > 0) {
        d = Math.min(d, distance[i - width]);
        if (x > 0) d = Math.min(d, distance[i - width - 1]);
        if (x < width - 1) d = Math.min(d, distance[i - width + 1]);
      }
      distance[i] = d + 1;
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      if (unknown[i] === 0) continue;
      let d = distance[i] - 1;
      if (x < width - 1) d = Math.min(d, distance[i + 1]);
      if (y < height - 1) {
        d = Math.min(d, distance[i + width]);
        if (x < width - 1) d = Math.min(d, distance[i + width + 1]);
        if (x > 0) d = Math.min(d, distance[i + width - 1]);
      }
      distance[i] = d + 1;
      if (distance[i] > deepest) deepest = distance[i];
    }
  }
  return Math.min(deepest, far);
}
