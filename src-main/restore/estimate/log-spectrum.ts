import { Fft2 } from '../../tensor/fft.ts';
import type { LumaTile } from './luma-tiles.ts';

/** The mean power of squares of a picture at each frequency. */
export interface PowerSpectrum {
  readonly side: number;
  /** side × side, row and column frequencies in the order of the discrete Fourier transform. */
  readonly power: Float64Array;
}

/**
 * The power spectrum of tiles under a Hann window (Welch 1967), each divided by its own total first, so that no single tile
 * decides. @param tiles  of one side, at least one.
 */
export function powerSpectrum(tiles: readonly LumaTile[]): PowerSpectrum {
  const { side } = tiles[0];
  const fft = new Fft2(side, side);
  const hann = Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side));
  const energy = hann.reduce((sum, w) => sum + w * w, 0) ** 2;
  const power = new Float64Array(side * side);
  for (const { data } of tiles) {
    const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
    const re = data.map((v, i) => (v - mean) * hann[Math.floor(i / side)] * hann[i % side]);
    const im = new Float64Array(re.length);
    fft.forward(re, im);
    for (let i = 0; i < re.length; i++) power[i] += (re[i] ** 2 + im[i] ** 2) / energy / tiles.length;
  }
  return { side, power };
}

/** Signed frequency of index i, cycles a pixel. */
export function frequencyOf(i: number, side: number): number {
  return (i <= side / 2 ? i : i - side) / side;
}
