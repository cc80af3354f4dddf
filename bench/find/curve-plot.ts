interface CurvePoint {
  readonly sensitivity: number;
  readonly precision: number;
  readonly recall: number;
}

const WIDTH = 480;
const HEIGHT = 280;
const MARGIN = { left: 44, right: 12, top: 12, bottom: 40 } as const;

/** Precision and recall over sensitivity as an SVG that reads in light and dark. */
export function curvePlot(points: readonly CurvePoint[]): string {
  const x = (value: number): number => MARGIN.left + value * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number => HEIGHT - MARGIN.bottom - value * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (pick: (point: CurvePoint) => number, style: string): string =>
    `<polyline fill="none" stroke-width="2" ${style} points="${points
      .map((point) => `${x(point.sensitivity).toFixed(1)},${y(pick(point)).toFixed(1)}`)
      .join(' ')}"/>`;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const grid = ticks
    .map(
      (value) =>
        `<line x1="${x(0)}" x2="${x(1)}" y1="${y(value)}" y2="${y(value)}" stroke="#8884"/>` +
        `<text x="${MARGIN.left - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>` +
        `<text x="${x(value)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${value}</text>`,
    )
    .join('');
  const last = points[points.length - 1];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#777">
${grid}
<text x="${x(0.5)}" y="${HEIGHT - 6}" text-anchor="middle">sensitivity</text>
${line(({ precision }) => precision, 'stroke="#0072b2"')}
${line(({ recall }) => recall, 'stroke="#d55e00" stroke-dasharray="6 4"')}
<text x="${x(1) - 4}" y="${y(last.precision) + 16}" text-anchor="end" fill="#0072b2">precision</text>
<text x="${x(1) - 4}" y="${y(last.recall) - 6}" text-anchor="end" fill="#d55e00">recall</text>
</svg>
`;
}
