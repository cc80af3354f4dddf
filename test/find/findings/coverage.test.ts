import { describe, expect, it } from 'vitest';
import { findOptionsSchema, type DamageMaps, type Finding } from '../../../src-main/contract/find.ts';
import { coverNotices, wideCovers } from '../../../src-main/find/findings/coverage.ts';
import { describeFindings } from '../../../src-main/find/findings/describe.ts';
import { findingsOf, maskOf } from '../../../src-main/find/findings/findings.ts';
import { snapStroke } from '../../../src-main/find/findings/snap.ts';

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

describe('wide covers', () => {
  it('names a patch that hides a face, and no hairline across the picture', () => {
    expect(wideCovers(find(mapsWith(0, 100, 300, 2)), WIDTH, HEIGHT)).toEqual([]);
    const patch = find(mapsWith(200, 150, 30, 30));
    const [cover] = wideCovers(patch, WIDTH, HEIGHT);
    expect(cover.share).toBeGreaterThan(0.3);
    expect(cover.area.x).toBeLessThanOrEqual(200);
    expect(cover.area.x + cover.area.width).toBeGreaterThanOrEqual(225);
    expect(coverNotices(patch, WIDTH, HEIGHT)).toEqual([expect.stringMatching(/crack covers \d+ % of an area/)]);
  });
});

describe('describeFindings', () => {
  it('counts kinds, share and certainty', () => {
    const findings = find(mapsWith(20, 20, 100, 4));
    expect(describeFindings(findings, maskOf(findings, WIDTH, HEIGHT))).toMatch(
      /^1 crack or fold, 1\.\d % of the picture, 100 % sure$/,
    );
  });
});

describe('snapStroke', () => {
  it('takes the damage beneath a rough stroke, and nothing where there is none', () => {
    const maps = mapsWith(20, 100, 200, 3);
    const bounds = { x: 50, y: 95, width: 60, height: 12 };
    const stroke = { bounds, data: new Uint8Array(720).fill(1) };
    const runs = snapStroke(maps, stroke);
    const rows = Array.from({ length: runs.length / 3 }, (_, i) => [...runs.subarray(3 * i, 3 * i + 3)]);
    expect(rows.map(([y]) => y)).toEqual([98, 99, 100, 101, 102, 103, 104]);
    // No further along the crack than the stroke and its reach.
    expect(rows[3]).toEqual([101, 42, 118]);
    expect(snapStroke(maps, { bounds: { ...bounds, y: 10 }, data: stroke.data })).toHaveLength(0);
  });
});
