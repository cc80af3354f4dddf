import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-fills-'));
});
afterAll(() => rm(folder, { recursive: true }));

function grey(width: number, height: number, value: (x: number, y: number) => number): Picture {
  const data = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
}

async function write(name: string, picture: Picture): Promise<string> {
  await writeFile(at(name), await encodePicture(picture, { format: 'png' }));
  return at(name);
}

it.each([
  ['a mask that covers everything', 40, 30, () => 255, /Everything around is painted/],
  ['a picture of one pixel', 1, 1, () => 255, /Everything around is painted/],
  ['too little to copy from', 40, 30, (x: number) => (x < 37 ? 255 : 0), /Too little undamaged picture/],
] as const)('says what %s leaves to be done, and fills all the same', async (_, width, height, painted, words) => {
  const picture = grey(width, height, (x, y) => (x * 7 + y * 3) % 200);
  const input = await write('in.png', picture);
  const mask = await write('mask.png', grey(width, height, painted));
  for (const [name, ...preset] of [
    ['instant.png', '--preset', 'instant'],
    ['balanced.png', '--steps', '2'],
  ]) {
    const run = await runCli([
      ...['restore', input, '-o', at(name), '--mask', mask, '--task', 'inpaint', '--provider', 'cpu'],
      ...[...preset, '--json'],
    ]);
    expect(run.code, run.stderr).toBe(0);
    const notices = jsonLines(run).filter(({ type }) => type === 'notice');
    expect(notices.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
    const result = await decodePicture(new Uint8Array(await readFile(at(name))), name);
    expect([result.width, result.height]).toEqual([width, height]);
    const kept = [...picture.data.keys()].filter((i) => painted(i % width) === 0);
    for (const i of kept) expect(result.data[i]).toBe(picture.data[i]);
  }
});
