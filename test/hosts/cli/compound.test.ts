import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

const SIDE = 96;
let folder = '';
const at = (name: string): string => join(folder, name);
const open = async (path: string): Promise<Picture> => decodePicture(new Uint8Array(await readFile(path)), path);

function error(a: Picture, b: Picture): number {
  let squares = 0;
  a.data.forEach((v, i) => (squares += (v - b.data[i]) ** 2));
  return Math.sqrt(squares / a.data.length);
}

/** The cat's eye. */
function crop({ data, width }: Picture, left: number, top: number): Picture {
  const out = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    const from = ((top + y) * width + left) * 3;
    out.set(data.subarray(from, from + SIDE * 3), y * SIDE * 3);
  }
  return { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data: out, metadata: { orientation: 1 } };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-compound-'));
  const sample = await open(new URL('../../../resources/samples/chelsea.png', import.meta.url).pathname);
  const picture = crop(sample, 120, 80);
  await writeFile(at('good.png'), await encodePicture(picture, { format: 'png' }));
  await writeFile(at('web.jpg'), await encodePicture(picture, { format: 'jpeg', quality: 25, chroma: '4:2:0' }));
  const mask = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) mask.fill(255, i * SIDE + 40, i * SIDE + 43);
  const metadata = { orientation: 1 };
  await writeFile(
    at('mask.png'),
    await encodePicture(
      { width: SIDE, height: SIDE, mode: 'gray', bitDepth: 8, data: mask, metadata },
      { format: 'png' },
    ),
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('langevin restore --damage', () => {
  it('undoes the compression of a JPEG, as its file says it', async () => {
    const run = await runCli(['restore', at('web.jpg'), '-o', at('web.png'), '--damage', 'jpeg=auto', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'result', task: 'compound', solver: 'mmps' });
    const [good, web, restored] = await Promise.all(['good.png', 'web.jpg', 'web.png'].map((name) => open(at(name))));
    // .5 dB.
    expect(error(good, restored)).toBeLessThan(0.944 * error(good, web));
  });

  it('undoes blur, noise, JPEG and a scratch in one run', async () => {
    const damage = ['--damage', 'blur=0.8,noise=4', '--damage', 'jpeg=70'];
    const made = await runCli(['simulate', at('good.png'), '-o', at('bad.png'), ...damage]);
    expect(made.code, made.stderr).toBe(0);
    const bad = await open(at('bad.png'));
    const data = bad.data.slice();
    for (let y = 0; y < SIDE; y++) data.fill(255, (y * SIDE + 40) * 3, (y * SIDE + 43) * 3);
    const scratched = { ...bad, data };
    await writeFile(at('bad.png'), await encodePicture(scratched, { format: 'png' }));
    const run = await runCli([
      'restore',
      at('bad.png'),
      '-o',
      at('mended.png'),
      ...damage,
      '--damage',
      `mask=${at('mask.png')}`,
      '--steps',
      '6',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const [good, mended] = await Promise.all(['good.png', 'mended.png'].map((name) => open(at(name))));
    expect(error(good, mended)).toBeLessThan(error(good, bad));
    expect(error(good, mended)).toBeLessThan(0.4 * error(good, scratched));
  });

  it.each([
    ['wind=3', /"wind" is no damage.*blur=PIXELS\|motion/],
    ['blur=motion:12', /blur is .*motion:LENGTH@ANGLE.*not "motion:12"/],
    ['noise=poisson:1', /poisson:SLOPE\+SIGMA/],
    ['fading=0.5', /GAIN\+OFFSET/],
    ['blur=file:', /name of a file/],
    ['blur', /blur is a standard deviation in pixels/],
    ['scale=5', /scale is how many times larger.*not "5"/],
    ['jpeg=0', /jpeg is a quality from 1 to 100/],
    ['noise=1,noise=2', /noise is given twice/],
    ['grey=1', /grey is a word by itself/],
    ['mask=', /mask needs the name of a file/],
  ])('says what is wrong with %s', async (damage, message) => {
    const run = await runCli(['restore', at('good.png'), '-o', at('never.png'), '--damage', damage]);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(message);
  });

  it('wants no other task beside it, and a JPEG for jpeg=auto', async () => {
    const task = await runCli([
      'restore',
      at('good.png'),
      '-o',
      at('never.png'),
      '--damage',
      'grey',
      '--task',
      'deblur',
    ]);
    expect(task.stderr).toMatch(/task compound, not deblur/);
    const auto = await runCli(['restore', at('good.png'), '-o', at('never.png'), '--damage', 'jpeg=auto']);
    expect(auto.stderr).toMatch(/no JPEG.*jpeg=1…100/);
  });
});

describe('langevin restore --recipe', () => {
  const recipe = {
    format: 'langevin-recipe',
    version: 1,
    name: 'From the web',
    options: { task: 'compound', steps: 1, damage: { jpeg: 'auto', blur: 'auto' }, strength: 0.5 },
  };

  it('does what a file says, with the values of the picture, and reports both', async () => {
    await writeFile(at('recipe.json'), JSON.stringify(recipe));
    const run = await runCli(['restore', at('web.jpg'), '-o', at('by.png'), '--recipe', at('recipe.json'), '--json']);
    expect(run.code, run.stderr).toBe(0);
    const lines = jsonLines(run);
    expect(lines.find(({ type }) => type === 'recipe')).toMatchObject({ leftOut: ['blur'], undoes: true });
    expect(lines.at(-1)).toMatchObject({
      options: { recipe: 'From the web', damage: { jpeg: 'auto' }, strength: 0.5 },
      settings: { steps: 1 },
    });
  });

  it('wants no task beside it, and a recipe', async () => {
    const args = ['restore', at('web.jpg'), '-o', at('never.png'), '--recipe'];
    const task = await runCli([...args, 'old-photo', '--scale', '2']);
    expect(task.stderr).toMatch(/A recipe says what is wrong with the picture: leave --scale out/);
    const none = await runCli([...args, at('mask.png')]);
    expect(none.stderr).toMatch(/mask\.png is no recipe: it is not valid JSON/);
  });
});

describe('langevin inspect', () => {
  it('tells a JPEG, a picture that was one, and what would undo it', async () => {
    const web = await open(at('web.jpg'));
    await writeFile(at('was.png'), await encodePicture(web, { format: 'png' }));
    const run = await runCli(['inspect', at('web.jpg'), at('was.png'), at('nothing.png'), '--json']);
    expect(run.code).toBe(1);
    const results = jsonLines(run).filter(({ type }) => type === 'result');
    expect(results).toMatchObject([
      { format: 'jpeg', width: SIDE, jpeg: { quality: 25, chroma: '4:2:0' }, damage: { jpeg: 'auto' } },
      { format: 'png', hasColour: true, earlierJpeg: 25, damage: { jpeg: 25 } },
    ]);
    const auto = await runCli(['restore', at('was.png'), '-o', at('never.png'), '--damage', 'jpeg=auto']);
    expect(auto.stderr).toMatch(/quality 25: jpeg=25/);
    const text = await runCli(['inspect', at('was.png')]);
    expect(text.stdout + text.stderr).toMatch(/was a JPEG of quality 25 before.*--damage "jpeg=25"/s);
  });
});
