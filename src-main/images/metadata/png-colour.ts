import { viewOf } from '../container.ts';
import { matrixProfile, type Chromaticities } from './icc-profile.ts';

/** A chunk of a PNG by its type. */
interface Block {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Primaries of ITU-T H.273 (table 2): red, green, blue and white. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: [0.3127, 0.329] },
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: [0.31, 0.316] },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: [0.3127, 0.329] },
  6: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: [0.3127, 0.329] },
  7: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: [0.3127, 0.329] },
  8: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: [0.31, 0.316] },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: [0.3127, 0.329] },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.3127, 0.329] },
};
const SRGB = PRIMARIES[1];

const srgbCurve = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const bt709Curve = (v: number): number => (v < 0.081 ? v / 4.5 : ((v + 0.099) / 1.099) ** (1 / 0.45));

/** Transfer functions of H.273 (table 3) to linear light; those of high dynamic range have no place in a profile. */
const TRANSFERS: Readonly<Record<number, (value: number) => number>> = {
  1: bt709Curve,
  4: (v) => v ** 2.2,
  5: (v) => v ** 2.8,
  6: bt709Curve,
  8: (v) => v,
  13: srgbCurve,
  14: bt709Curve,
  15: bt709Curve,
};

/** What the colour chunks of a PNG say, for formats that have none. */
export interface PngColour {
  /** An ICC profile of the same meaning; undefined for that of sRGB, which needs none, and where there is none. */
  readonly icc?: Uint8Array;
  /** What has no profile. */
  readonly lost?: string;
}

/**
 * The meaning of cICP, sRGB, gAMA and cHRM chunks (PNG specification, third edition, section 4.3: in this order) as an
 * ICC profile.
 */
export function pngColour(blocks: readonly Block[], isGrey: boolean): PngColour {
  const find = (type: string, length: number): Uint8Array | undefined =>
    blocks.find((block) => block.type === type && block.data.length >= length)?.data;
  const cicp = find('cICP', 4);
  if (cicp !== undefined) {
    const [primaries, transfer, matrix, isFull] = cicp;
    const chromaticities = PRIMARIES[primaries];
    const curve = TRANSFERS[transfer];
    if (primaries === 1 && transfer === 13) return {};
    if (chromaticities === undefined || curve === undefined || matrix !== 0 || isFull !== 1) {
      return { lost: `colours by cICP ${primaries}/${transfer}/${matrix}/${isFull}, which no ICC profile states` };
    }
    return { icc: matrixProfile(chromaticities, curve, isGrey) };
  }
  if (find('sRGB', 1) !== undefined) return {};
  const gamma = find('gAMA', 4);
  const chromaticities = find('cHRM', 32);
  if (gamma === undefined && chromaticities === undefined) return {};
  const exponent = gamma === undefined ? 0 : viewOf(gamma).getUint32(0) / 100_000;
  if (gamma !== undefined && !(exponent > 0.05 && exponent < 20)) return { lost: `a gamma of ${exponent}` };
  const stated = chromaticities === undefined ? SRGB : readChromaticities(chromaticities);
  if (stated === undefined) return { lost: 'primary colours that span no colours' };
  return { icc: matrixProfile(stated, gamma === undefined ? srgbCurve : (v) => v ** (1 / exponent), isGrey) };
}

function readChromaticities(data: Uint8Array): Chromaticities | undefined {
  const view = viewOf(data);
  const [wx, wy, rx, ry, gx, gy, bx, by] = Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i) / 100_000);
  const area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry);
  const isSound = [ry, gy, by, wy].every((y) => y > 0.001 && y <= 1) && Math.abs(area) > 1e-4;
  return isSound ? { red: [rx, ry], green: [gx, gy], blue: [bx, by], white: [wx, wy] } : undefined;
}
