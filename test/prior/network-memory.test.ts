import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseManifest } from '../../src-main/prior/manifest.ts';
import { networkMemory, tileSide } from '../../src-main/prior/network-memory.ts';

const folder = new URL('../../models/digits/', import.meta.url);
const manifest = parseManifest(JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')), 'digits');

test('a pass takes memory by its pixels, and one whose activations are kept takes more', async () => {
  const bytes = readFileSync(new URL(manifest.file, folder));
  const { loaded, pass, gradient } = await networkMemory(manifest, bytes);
  expect(loaded.plain).toBe(bytes.length);
  expect(loaded.gradient).toBeGreaterThan(loaded.plain);
  expect(pass(56, 56)).toBe(4 * pass(28, 28));
  // At the least what goes in and comes out, and one tensor between.
  expect(pass(28, 28)).toBeGreaterThan(3 * 4 * 28 * 28);
  expect(gradient!(1, 56, 56) / gradient!(1, 28, 28)).toBeCloseTo(4, 1);
  expect(gradient!(1, 28, 28)).toBeGreaterThan(2 * pass(28, 28));
});

test('tiles bound it: those asked for, and the largest that a network takes', () => {
  expect(tileSide(manifest)).toBe(512);
  expect(tileSide(manifest, 128)).toBe(128);
  expect(tileSide({ ...manifest, largestTile: 96 }, 128)).toBe(96);
});
