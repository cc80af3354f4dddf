import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import type { Picture, PictureMetadata } from '../../../src-main/tensor/picture.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

/** A header of 128 bytes and an empty tag table: the least that an ICC profile is made of. */
function minimalProfile(): Uint8Array {
  const profile = new Uint8Array(132);
  new DataView(profile.buffer).setUint32(0, profile.length);
  profile.set(new TextEncoder().encode('mntrRGB XYZ '), 12);
  profile.set(new TextEncoder().encode('acsp'), 36);
  return profile;
}

let folder: string;
const at = (name: string): string => join(folder, name);

/** Quick settings: what is tested here is the program around the sampling. */
const QUICK = ['--task', 'inpaint', '--provider', 'cpu', '--solver', 'ddnm', '--steps', '2'];

function picture(width: number, height: number, metadata: PictureMetadata = { orientation: 1 }): Picture {
  const random = new RandomGenerator(width * 10_000 + height);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = 100 + (random.uint32() % 60);
  return { width, height, mode: 'rgb', bitDepth: 8, data, metadata };
}

function mask(width: number, height: number, painted: (x: number, y: number) => boolean): Picture {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (painted(x, y)) data[y * width + x] = 255;
  return { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
}

async function write(name: string, content: Picture | Uint8Array | string): Promise<string> {
  const bytes =
    typeof content === 'string' || content instanceof Uint8Array
      ? content
      : await encodePicture(content, { format: name.endsWith('.jpg') ? 'jpeg' : 'png' });
  await writeFile(at(name), bytes);
  return at(name);
}

async function read(name: string): Promise<Picture> {
  return decodePicture(new Uint8Array(await readFile(at(name))), name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-cli-'));
  await write('in.png', picture(64, 48));
  await write(
    'mask.png',
    mask(64, 48, (x, y) => x > 20 && x < 30 && y > 10 && y < 30),
  );
  await write(
    'black.png',
    mask(64, 48, () => false),
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('langevin restore', () => {
  it('restores the painted pixels and keeps the others to the bit; says how in JSON lines', async () => {
    const run = await runCli([
      'restore',
      at('in.png'),
      '-o',
      at('out.png'),
      '--mask',
      at('mask.png'),
      ...QUICK,
      '--json',
    ]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const [before, after, painted] = [await read('in.png'), await read('out.png'), await read('mask.png')];
    let changed = 0;
    for (let i = 0; i < before.data.length; i++) {
      const same = before.data[i] === after.data[i];
      if (painted.data[Math.floor(i / 3)] === 0) expect(same).toBe(true);
      else if (!same) changed++;
    }
    expect(changed).toBeGreaterThan(100);
    const lines = jsonLines(run);
    expect(lines.filter(({ type }) => type === 'step')).toHaveLength(2);
    expect(lines.at(-1)).toMatchObject({ type: 'result', solver: 'ddnm', model: 'photo', provider: 'cpu', nfe: 2 });
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const restore = async (name: string, seed: string): Promise<Buffer> => {
      const run = await runCli([
        ...['restore', at('in.png'), '-o', at(name), '--mask', at('mask.png'), '--seed', seed, '--quiet'],
        ...QUICK,
      ]);
      expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
      return readFile(at(name));
    };
    const [a, b, c] = await Promise.all([restore('a.png', '1'), restore('b.png', '1'), restore('c.png', '2')]);
    expect(a.equals(b)).toBe(true);
    expect(a.equals(c)).toBe(false);
  });

  it('applies a mask drawn for the displayed picture rotated, and keeps EXIF, ICC and XMP', async () => {
    const metadata: PictureMetadata = {
      orientation: 6,
      xmp: new TextEncoder().encode('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'),
      icc: minimalProfile(),
    };
    await write('rotated.png', picture(64, 48, metadata));
    // Displayed, the picture is 48 wide and 64 high; its top left corner is the stored bottom left.
    await write(
      'corner.png',
      mask(48, 64, (x, y) => x < 8 && y < 8),
    );
    const run = await runCli([
      'restore',
      at('rotated.png'),
      '-o',
      at('upright.png'),
      '--mask',
      at('corner.png'),
      ...QUICK,
    ]);
    expect(run.code, run.stderr).toBe(0);
    const [before, after] = [await read('rotated.png'), await read('upright.png')];
    expect(after.metadata.orientation).toBe(6);
    expect(after.metadata.xmp).toEqual(before.metadata.xmp);
    expect(after.metadata.icc).toEqual(before.metadata.icc);
    const changed = (x: number, y: number): boolean =>
      [0, 1, 2].some((c) => before.data[(y * 64 + x) * 3 + c] !== after.data[(y * 64 + x) * 3 + c]);
    expect(changed(2, 45)).toBe(true);
    for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) if (x >= 8 || y < 40) expect(changed(x, y)).toBe(false);
  });

  it('works with names of any script, spaces and per cent signs', async () => {
    await mkdir(at('Ünïcödé 100% 日本'));
    const input = await write('Ünïcödé 100% 日本/пример %20.png', picture(40, 40));
    await write(
      'Ünïcödé 100% 日本/маска.png',
      mask(40, 40, (x, y) => x === y),
    );
    const output = at('Ünïcödé 100% 日本/out %s.png');
    const run = await runCli(['restore', input, '-o', output, '--mask', at('Ünïcödé 100% 日本/маска.png'), ...QUICK]);
    expect(run.code, run.stderr).toBe(0);
    expect((await readdir(at('Ünïcödé 100% 日本'))).sort()).toContain('out %s.png');
  });

  it.each([
    [1, 1],
    [1, 5000],
  ])('restores a picture of %i × %i', async (width, height) => {
    await write(`${width}x${height}.png`, picture(width, height));
    await write(
      `${width}x${height}-mask.png`,
      mask(width, height, (_, y) => y === height >> 1),
    );
    const args = ['restore', at(`${width}x${height}.png`), '-o', at(`${width}x${height}-out.png`)];
    const run = await runCli([...args, '--mask', at(`${width}x${height}-mask.png`), ...QUICK]);
    expect(run.code, run.stderr).toBe(0);
    expect(await read(`${width}x${height}-out.png`)).toMatchObject({ width, height });
  });

  it('states that a JPEG is compressed again', async () => {
    await write('photo.jpg', picture(64, 48));
    const run = await runCli([
      'restore',
      at('photo.jpg'),
      '-o',
      at('photo-out.jpg'),
      '--mask',
      at('mask.png'),
      ...QUICK,
    ]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/compressed as JPEG again.*write a PNG or TIFF/);
  });

  it('writes x_t and the estimate of every step, and several samples', async () => {
    const args = ['restore', at('in.png'), '-o', at('many.png'), '--mask', at('mask.png'), ...QUICK];
    const run = await runCli([...args, '--samples', '2', '--save-steps', at('steps')]);
    expect(run.code, run.stderr).toBe(0);
    const steps = await readdir(at('steps'));
    expect(steps.filter((name) => name.endsWith('-xt.png'))).toHaveLength(4);
    expect(steps.filter((name) => name.endsWith('-x0.png'))).toHaveLength(4);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['many-1.png', 'many-2.png']));
  });

  it('goes on when nobody reads what it says any more', async () => {
    const args = ['restore', at('in.png'), '-o', at('unread.png'), '--mask', at('mask.png'), ...QUICK, '--json'];
    const run = await runCli(args, { started: (child) => child.stdout?.destroy() });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(at('unread.png'))).length).toBeGreaterThan(1000);
  });

  it('leaves nothing under the final name when it is interrupted', async () => {
    const before = await readdir(folder);
    const args = ['restore', at('in.png'), '-o', at('cancelled.png'), '--mask', at('mask.png')];
    const run = await runCli([...args, '--task', 'inpaint', '--provider', 'cpu', '--steps', '5000', '--json'], {
      started: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    });
    expect(run.code).toBe(130);
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'error', code: 'cancelled' });
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('langevin restore, bad input', () => {
  const cases: [string, (() => Promise<string[]>) | string[], number, RegExp][] = [
    ['no such file', ['missing.png'], 1, /There is no file .*missing\.png/],
    ['a directory', ['.'], 1, /is a directory/],
    ['an empty file', async () => [await write('empty.png', '')], 1, /empty\.png is empty/],
    ['no picture', async () => [await write('text.png', 'hello world')], 1, /not a picture: it looks like plain text/],
    [
      'a truncated file',
      async () => [await write('cut.png', (await readFile(at('in.png'))).subarray(0, 2000))],
      1,
      /cut\.png/,
    ],
    [
      'a header of 60 megapixels with little data',
      async () => {
        const bytes = new Uint8Array(await readFile(at('in.png')));
        new DataView(bytes.buffer).setUint32(16, 10_000);
        new DataView(bytes.buffer).setUint32(20, 6_000);
        return [await write('huge.png', bytes)];
      },
      1,
      /huge\.png/,
    ],
    ['an empty mask', ['in.png', 'black.png'], 1, /nothing to restore/],
    [
      'a mask of another size',
      async () => [
        'in.png',
        await write(
          'small.png',
          mask(32, 24, () => true),
        ),
      ],
      1,
      /32 × 24 pixels, but the picture is 64 × 48/,
    ],
    ['a mask that is not there', ['in.png', 'nomask.png'], 1, /There is no file .*nomask\.png/],
  ];

  it.each(cases)('%s', async (_name, prepare, code, message) => {
    const [input, maskName = 'mask.png'] = Array.isArray(prepare) ? prepare : await prepare();
    const resolved = (name: string): string => (name.startsWith('/') ? name : at(name));
    const args = [
      'restore',
      resolved(input),
      '-o',
      at('bad-out.png'),
      '--mask',
      resolved(maskName),
      ...QUICK,
      '--json',
    ];
    const run = await runCli(args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/\bat .*\.js:\d+/);
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'error', code: expect.any(String) });
    expect(await readdir(folder)).not.toContain('bad-out.png');
  });

  const withOutput = (...args: string[]): string[] => [
    'restore',
    at('in.png'),
    '--mask',
    at('mask.png'),
    ...QUICK,
    ...args,
  ];

  it.each([
    [
      'a folder that does not exist',
      () => withOutput('-o', at('nowhere/out.png')),
      1,
      /cannot be written.*does not exist/,
    ],
    ['a directory as output', () => withOutput('-o', folder), 1, /is a directory/],
    ['the input as output', () => withOutput('-o', at('in.png')), 2, /would overwrite .*in\.png/],
    ['the mask as output', () => withOutput('-o', at('mask.png')), 2, /would overwrite .*mask\.png.*which is read/],
    ['a device as output', () => withOutput('-o', '/dev/null'), 1, /\/dev\/null cannot be written/],
    ['the standard output', () => withOutput('-o', '-'), 2, /standard output/],
    [
      'a file where the steps are to go',
      () => [...withOutput('-o', at('o.png')), '--save-steps', at('in.png')],
      1,
      /in\.png cannot be written/,
    ],
    ['no threads', () => [...withOutput('-o', at('o.png')), '--threads', '0'], 2, /whole number from 1 to 256, not 0/],
    ['quality of PNG', () => [...withOutput('-o', at('o.png')), '--quality', '80'], 2, /no meaning for png/],
    ['an ending that no format has', () => withOutput('-o', at('out.xyz')), 1, /not written as \.xyz/],
    ['an unknown solver', () => [...withOutput('-o', at('o.png')), '--solver', 'magic'], 2, /no solver named "magic"/],
    ['an unknown model', () => [...withOutput('-o', at('o.png')), '--model', 'nope'], 2, /no model "nope".*photo/],
    ['a provider that does not run here', () => [...withOutput('-o', at('o.png')), '--provider', 'cuda'], 1, /cuda/],
    ['a number that is none', () => [...withOutput('-o', at('o.png')), '--steps', 'ten'], 2, /"ten" is not a number/],
    ['no steps', () => [...withOutput('-o', at('o.png')), '--steps', '0'], 2, /steps/],
    ['an unknown option', () => [...withOutput('-o', at('o.png')), '--colour'], 2, /unknown option '--colour'/],
    ['an unknown task', () => [...withOutput('-o', at('o.png')), '--task', 'juggle'], 2, /juggle.*inpaint/s],
    ['no command', () => [], 2, /Usage: langevin/],
  ])('%s', async (_name, args, code, message) => {
    const run = await runCli(args());
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(code);
  });
});
