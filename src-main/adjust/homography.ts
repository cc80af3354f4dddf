type Point = readonly [x: number, y: number];
/** Row by row, the last element 1. */
export type Homography = readonly [number, number, number, number, number, number, number, number];

/**
 * The projective map that takes the corners of a rectangle at the origin to four points (Heckbert, "Fundamentals of Texture
 * Mapping and Image Warping", 1989, section 2.2.3).
 * @param size  of the rectangle.
 * @param corners  from the top left clockwise.
 * @returns undefined when three of them lie on a line, or the quadrilateral is not convex.
 */
export function rectangleToCorners(
  { width, height }: { readonly width: number; readonly height: number },
  corners: readonly [Point, Point, Point, Point],
): Homography | undefined {
  if (!isConvex(corners)) return undefined;
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  const unit = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h] as const;
  // From shares of the sides to pixels.
  const [a, b, c, d, e, f] = unit;
  return [a / width, b / height, c, d / width, e / height, f, g / width, h / height];
}

/** Where a point goes. */
export function mapped([a, b, c, d, e, f, g, h]: Homography, x: number, y: number): Point {
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Whether every turn goes clockwise (y points down), and no three points lie on a line. */
function isConvex(corners: readonly Point[]): boolean {
  return corners.every(([x, y], i) => {
    const [x1, y1] = corners[(i + 1) % 4];
    const [x2, y2] = corners[(i + 2) % 4];
    return (x1 - x) * (y2 - y1) - (y1 - y) * (x2 - x1) > 1e-9;
  });
}
