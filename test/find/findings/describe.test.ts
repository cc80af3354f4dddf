import { describe, expect, it } from 'vitest';
import { findOptionsSchema, type DamageMaps, type Finding } from '../../../src-main/contract/find.ts';
import { describeFindings } from '../../../src-main/find/findings/describe.ts';
import { findingsOf, maskOf } from '../../../src-main/find/findings/findings.ts';

const WIDTH = 300;
const HEIGHT = 240;

function mapsWith(x: number, y: number, width: number, height: number): DamageMaps {
  const size = WIDTH * HEIGHT;
  const surface = new Uint8Array(size);
  for (let row = y; row < y + height; row++) surface.fill(230, row * WIDTH + x, row * WIDTH + x + width);
  const same = { width: WIDTH, height: HEIGHT, pictureWidth: WIDTH, pictureHeight: HEIGHT };
  return { ...same, surface, area: new Uint8Array(size), kinds: new Uint8Array(size).fill(2) };
}

const find = (maps: DamageMaps): Finding[] => findingsOf(maps, findOptionsSchema.parse({}));

describe('describeFindings', () => {
  it('counts kinds, share and certainty', () => {
    const findings = find(mapsWith(20, 20, 100, 4));
    expect(describeFindings(findings, maskOf(findings, WIDTH, HEIGHT))).toMatch(
      /^1 crack or fold, 1\.\d % of the picture, 100 % sure$/,
    );
  });
});
