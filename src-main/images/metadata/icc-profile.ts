import { join, latin1, viewOf } from '../container.ts';

/** CIE 1931 x, y. */
export type Chromaticity = readonly [number, number];

export interface Chromaticities {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly white: Chromaticity;
}

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** The illuminant of the profile connection space. */
const D50: Vector = [0.9642, 1, 0.8249];
/** Cone responses of Bradford (ICC.1, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const CURVE_POINTS = 1024;

/**
 * An ICC profile (ICC.1, version 2.4) of primaries and one transfer function, or of the transfer function alone.
 * @param toLinear  from sample to light, both 0…1.
 */
export function matrixProfile(
  { red, green, blue, white }: Chromaticities,
  toLinear: (value: number) => number,
  isGrey: boolean,
): Uint8Array {
  const curve = curveTag(toLinear);
  const tags: [string, Uint8Array][] = [
    ['desc', descriptionTag('Colours as the PNG stated them')],
    ['cprt', join([latin1('text\0\0\0\0'), latin1('No copyright, use freely\0')])],
    ['wtpt', xyzTag(D50)],
  ];
  if (isGrey) tags.push(['kTRC', curve]);
  else {
    const columns = adapted(red, green, blue, white);
    tags.push(['rXYZ', xyzTag(columns[0])], ['gXYZ', xyzTag(columns[1])], ['bXYZ', xyzTag(columns[2])]);
    tags.push(['rTRC', curve], ['gTRC', curve], ['bTRC', curve]);
  }
  return layOut(tags, isGrey ? 'GRAY' : 'RGB ');
}

/** Colorants in the connection space: primaries scaled to the white point, which is adapted to D50. */
function adapted(red: Chromaticity, green: Chromaticity, blue: Chromaticity, white: Chromaticity): Vector[] {
  const xyz = ([x, y]: Chromaticity): Vector => [x / y, 1, (1 - x - y) / y];
  const primaries = [xyz(red), xyz(green), xyz(blue)] as const;
  const scale = solve(transpose(primaries), xyz(white));
  const responses = multiply(BRADFORD, xyz(white));
  const target = multiply(BRADFORD, D50);
  return primaries.map((primary, i) => {
    const scaled: Vector = [primary[0] * scale[i], primary[1] * scale[i], primary[2] * scale[i]];
    const cones = multiply(BRADFORD, scaled);
    return solve(BRADFORD, [
      (cones[0] * target[0]) / responses[0],
      (cones[1] * target[1]) / responses[1],
      (cones[2] * target[2]) / responses[2],
    ]);
  });
}

function multiply(m: Matrix, v: Vector): Vector {
  const row = (r: Vector): number => r[0] * v[0] + r[1] * v[1] + r[2] * v[2];
  return [row(m[0]), row(m[1]), row(m[2])];
}

function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

/** m x = v by Cramer's rule. */
function solve(m: Matrix, v: Vector): Vector {
  const determinant = ([a, b, c]: Matrix): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  const whole = determinant(m);
  const replaced = (column: number): Matrix => {
    const row = (r: Vector, i: number): Vector =>
      r.map((value, j) => (j === column ? v[i] : value)) as unknown as Vector;
    return [row(m[0], 0), row(m[1], 1), row(m[2], 2)];
  };
  return [determinant(replaced(0)) / whole, determinant(replaced(1)) / whole, determinant(replaced(2)) / whole];
}

function s15Fixed16(value: number): number {
  return Math.round(value * 65536);
}

function xyzTag(vector: Vector): Uint8Array {
  const bytes = join([latin1('XYZ \0\0\0\0'), new Uint8Array(12)]);
  vector.forEach((value, i) => viewOf(bytes).setInt32(8 + 4 * i, s15Fixed16(value)));
  return bytes;
}

function curveTag(toLinear: (value: number) => number): Uint8Array {
  const bytes = join([latin1('curv\0\0\0\0'), new Uint8Array(4 + 2 * CURVE_POINTS)]);
  const view = viewOf(bytes);
  view.setUint32(8, CURVE_POINTS);
  for (let i = 0; i < CURVE_POINTS; i++) {
    const value = toLinear(i / (CURVE_POINTS - 1));
    view.setUint16(12 + 2 * i, Math.round(65535 * Math.min(1, Math.max(0, value))));
  }
  return bytes;
}

function descriptionTag(text: string): Uint8Array {
  const head = join([latin1('desc\0\0\0\0'), new Uint8Array(4)]);
  viewOf(head).setUint32(8, text.length + 1);
  // No Unicode and no Macintosh form.
  return join([head, latin1(`${text}\0`), new Uint8Array(4 + 4 + 2 + 1 + 67)]);
}

function layOut(tags: readonly (readonly [string, Uint8Array])[], colourSpace: string): Uint8Array {
  const table = new Uint8Array(4 + 12 * tags.length);
  const view = viewOf(table);
  view.setUint32(0, tags.length);
  const bodies: Uint8Array[] = [];
  let at = 128 + table.length;
  tags.forEach(([name, data], i) => {
    const padded = join([data, new Uint8Array(-data.length & 3)]);
    table.set(latin1(name), 4 + 12 * i);
    view.setUint32(8 + 12 * i, at);
    view.setUint32(12 + 12 * i, data.length);
    bodies.push(padded);
    at += padded.length;
  });
  const header = new Uint8Array(128);
  const head = viewOf(header);
  head.setUint32(0, at);
  head.setUint32(8, 0x02400000);
  header.set(latin1(`mntr${colourSpace}XYZ `), 12);
  header.set(latin1('acsp'), 36);
  // 1 January 2024: the bytes of a result depend on its input only.
  [2024, 1, 1].forEach((value, i) => head.setUint16(24 + 2 * i, value));
  D50.forEach((value, i) => head.setInt32(68 + 4 * i, s15Fixed16(value)));
  return join([header, table, ...bodies]);
}
