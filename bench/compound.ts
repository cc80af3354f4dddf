import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRestoreOptions, type Damage } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { bicubicEnlargement } from '../src-main/restore/bicubic-enlargement.ts';
import { restore, type PictureRequest } from '../src-main/restore/restore.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { damages } from './damage.ts';
import { psnr } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { ROOT, SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/**
 * Several damages at once, by one posterior, by one run after the other and by chains of classical methods
 * (bench/classical-compound.py, with the Python of LANGEVIN_BENCH_PYTHON); and JPEG alone. LANGEVIN_BENCH_PICTURES is the number of
 * pictures [4]; LANGEVIN_BENCH_SHORT takes one small one.
 */
const IS_SHORT = Boolean(process.env['LANGEVIN_BENCH_SHORT']);
const SIDE = IS_SHORT ? 128 : 192;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? (IS_SHORT ? 1 : 4));
const ONLY = process.env['LANGEVIN_BENCH_CASE'];
const network = await shippedNetwork('photo');

/** One way to a result: the runs one after the other. */
type Way = readonly object[];

interface Case {
  readonly title: string;
  /** What happens before the scratches, and after. */
  readonly before: Damage;
  readonly after: Damage;
  readonly scratched: boolean;
  readonly together: Damage;
  readonly ways: Readonly<Record<string, Way>>;
  /** What the classical methods are told. */
  readonly facts: object;
}

const CASES: readonly Case[] = [
  {
    title: 'scratches, noise 10, JPEG 40',
    before: { noise: 10 },
    after: { jpeg: 40 },
    scratched: true,
    together: { noise: 10, jpeg: 40 },
    ways: {
      'inpaint, denoise': [{ task: 'inpaint' }, { task: 'denoise' }],
      'denoise, inpaint': [{ task: 'denoise' }, { task: 'inpaint' }],
    },
    facts: { noise: 10 },
  },
  {
    title: 'blur 1.2, noise 5',
    before: { blur: 1.2, noise: 5 },
    after: {},
    scratched: false,
    together: { blur: 1.2, noise: 5 },
    ways: {
      'denoise, deblur': [
        { task: 'denoise', noise: 5 },
        { task: 'deblur', blurSigma: 1.2 },
      ],
      'deblur told of the noise': [{ task: 'deblur', blurSigma: 1.2, noise: 5 }],
      'deblur told of the noise, denoise': [{ task: 'deblur', blurSigma: 1.2, noise: 5 }, { task: 'denoise' }],
      'deblur not told, denoise': [{ task: 'deblur', blurSigma: 1.2 }, { task: 'denoise' }],
    },
    facts: { blur: 1.2, noise: 5 },
  },
  {
    title: '÷ 2, noise 5, JPEG 60',
    before: { scale: 2, noise: 5 },
    after: { jpeg: 60 },
    scratched: false,
    together: { scale: 2, noise: 5, jpeg: 60 },
    ways: {
      'denoise, enlarge': [{ task: 'denoise' }, { task: 'super-resolve', scale: 2 }],
      'enlarge, denoise': [{ task: 'super-resolve', scale: 2, noise: 5 }, { task: 'denoise' }],
    },
    facts: { scale: 2, noise: 5 },
  },
  {
    title: 'scratches, grey, noise 10',
    before: { grey: true, noise: 10 },
    after: {},
    scratched: true,
    together: { grey: true, noise: 10 },
    ways: {
      'inpaint, denoise, colorize': [{ task: 'inpaint' }, { task: 'denoise', noise: 10 }, { task: 'colorize' }],
      'denoise, inpaint, colorize': [{ task: 'denoise', noise: 10 }, { task: 'inpaint' }, { task: 'colorize' }],
      'colorize, inpaint, denoise': [{ task: 'colorize' }, { task: 'inpaint' }, { task: 'denoise', noise: 10 }],
    },
    facts: { noise: 10 },
  },
];

const folder = await mkdtemp(join(tmpdir(), 'langevin-compound-'));
const pictures = await crops();
const jpeg: (string | number)[][] = [];
for (const quality of ONLY === undefined ? [10, 30, 50] : []) {
  const gains: number[] = [];
  for (const truth of pictures) {
    const coded = await encodePicture(truth, { format: 'jpeg', quality, chroma: '4:2:0' });
    const decoded = await decodePicture(coded, 'coded.jpg');
    const { picture } = await restored({ picture: decoded }, { task: 'compound', damage: { jpeg: 'auto' } });
    gains.push(psnr(picture, truth) - psnr(decoded, truth));
  }
  jpeg.push([quality, signed(mean(gains)), signed(Math.min(...gains))]);
  console.log(`JPEG ${quality}: ${signed(mean(gains))} dB`);
}

const rows: (string | number)[][] = [];
for (const one of CASES.filter(({ title }) => ONLY === undefined || title.includes(ONLY))) {
  const { title, together, ways } = one;
  const results = new Map<string, { passes: number | undefined; values: number[]; grey: number[] }>();
  const note = (name: string, picture: Picture, truth: Picture, passes?: number): void => {
    const known = results.get(name) ?? { passes, values: [], grey: [] };
    results.set(name, known);
    known.values.push(psnr(picture, truth));
    known.grey.push(psnr(greyOf(picture), greyOf(truth)));
  };
  for (const [index, truth] of pictures.entries()) {
    const { damaged, mask } = damage(one, truth, index);
    note('as it is', together.scale ? bicubicEnlargement(damaged, together.scale) : inColours(damaged), truth);
    const once = await restored({ picture: damaged, mask }, { task: 'compound', damage: together });
    note('at once', once.picture, truth, once.passes);
    for (const [name, way] of Object.entries(ways)) {
      let picture = damaged;
      let passes = 0;
      for (const options of way) {
        const isInpaint = 'task' in options && options.task === 'inpaint';
        const run = await restored({ picture, mask: isInpaint ? mask : undefined }, options);
        picture = run.picture;
        passes += run.passes;
      }
      note(name, picture, truth, passes);
    }
    for (const [name, picture] of await classical(one, damaged, mask, index)) note(name, picture, truth);
  }
  for (const [name, { passes, values, grey }] of results) {
    rows.push([title, name, passes ?? '–', mean(values).toFixed(2), mean(grey).toFixed(2)]);
    console.log(
      `${title}: ${name}, ${passes ?? 0} passes, ${mean(values).toFixed(2)} dB, grey ${mean(grey).toFixed(2)}`,
    );
  }
}
if (!IS_SHORT && ONLY === undefined) {
  await writeSection(
    'compound',
    `## Several damages at once

${pictures.length} crops of ${SIDE}² of the validation photographs. JPEG alone (4:2:0), dB over the decoder's own output; goals +0.8, +0.5, +0.3:

${table(['quality', 'mean', 'worst'], jpeg)}

One posterior for all of the damage, our tasks one after the other, and chains of OpenCV and scikit-image; PSNR in dB of the picture and of
its grey means; a gradient counts as three passes (a window). Goal: 0.7 dB over the best sequence:

${table(['damage', 'restored', 'passes', 'PSNR', 'grey'], rows)}`,
  );
}
await network.dispose();
await rm(folder, { recursive: true });

async function crops(): Promise<Picture[]> {
  const photos = join(SHARED_DATA, 'val-photos');
  const names = (await readdir(photos)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.slice(0, PICTURES).map(async (name) => {
      const whole = await decodePicture(await readFile(join(photos, name)), name);
      const channels = channelCount(whole.mode);
      const left = (whole.width - SIDE) >> 1;
      const top = (whole.height - SIDE) >> 1;
      const data = new Uint8Array(SIDE * SIDE * channels);
      for (let y = 0; y < SIDE; y++) {
        const from = ((top + y) * whole.width + left) * channels;
        data.set(whole.data.subarray(from, from + SIDE * channels), y * SIDE * channels);
      }
      return { width: SIDE, height: SIDE, mode: whole.mode, bitDepth: 8 as const, data, metadata: { orientation: 1 } };
    }),
  );
}

function damage({ before, after, scratched }: Case, truth: Picture, index: number) {
  const first = damagedBy(truth, before);
  if (!scratched) return { damaged: damagedBy(first, after), mask: undefined };
  const mask = damages.scratch(first.width, first.height, new RandomGenerator(7, index));
  return { damaged: damagedBy(painted(first, mask), after), mask };
}

function damagedBy(picture: Picture, damage: Damage): Picture {
  if (Object.keys(damage).length === 0) return picture;
  return simulateDamage({ picture, options: parseRestoreOptions({ task: 'compound', damage, seed: 3 }) });
}

function painted(picture: Picture, mask: Uint8Array): Picture {
  const channels = channelCount(picture.mode);
  const data = picture.data.slice();
  mask.forEach((value, i) => value !== 0 && data.fill(255, i * channels, (i + 1) * channels));
  return { ...picture, data };
}

/** The results of the classical chains by their names; none where Python lacks what they need. */
async function classical(
  { title, facts }: Case,
  damaged: Picture,
  mask: Uint8Array | undefined,
  index: number,
): Promise<[string, Picture][]> {
  const root = join(folder, `${title.replaceAll(/\W+/g, '-')}-${index}`);
  const place = join(root, 'case');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'measured.png'), await encodePicture(inColours(damaged), { format: 'png' }));
  await writeFile(join(place, 'facts.json'), JSON.stringify(facts));
  if (mask !== undefined) {
    const { width, height } = damaged;
    const shown = { width, height, mode: 'gray', bitDepth: 8, data: mask.map((m) => 255 * m) } as const;
    await writeFile(
      join(place, 'mask.png'),
      await encodePicture({ ...shown, metadata: { orientation: 1 } }, { format: 'png' }),
    );
  }
  const python = process.env['LANGEVIN_BENCH_PYTHON'] ?? '/usr/bin/python3';
  const { status } = spawnSync(python, [join(ROOT, 'bench/classical-compound.py'), root], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  if (status !== 0) {
    process.stderr.write('No classical figures: they need OpenCV and scikit-image.\n');
    return [];
  }
  const names = (await readdir(place)).filter(
    (name) => name.endsWith('.png') && !['measured.png', 'mask.png'].includes(name),
  );
  return Promise.all(
    names.map(async (name): Promise<[string, Picture]> => [
      name.slice(0, -4),
      inColours(await decodePicture(await readFile(join(place, name)), name)),
    ]),
  );
}

async function restored(
  request: Omit<PictureRequest, 'options'>,
  options: object,
): Promise<{ picture: Picture; passes: number }> {
  const run = restore({ ...request, options: parseRestoreOptions(options) }, network, { now: () => performance.now() });
  let picture: Picture | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const { nfe, vjps, windows } = next.value;
      return { picture: picture!, passes: Math.round((nfe + 2 * vjps) / windows) };
    }
    if (next.value.type === 'sample') picture = next.value.picture;
  }
}

function inColours(picture: Picture): Picture {
  if (picture.mode !== 'gray') return picture;
  return {
    ...picture,
    mode: 'rgb',
    data: Uint8Array.from({ length: 3 * picture.data.length }, (_, i) => picture.data[Math.floor(i / 3)]),
  };
}

/** The mean of the channels, as a picture. */
function greyOf(picture: Picture): Picture {
  const { width, height, data } = inColours(picture);
  const grey = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.round((data[3 * i] + data[3 * i + 1] + data[3 * i + 2]) / 3),
  );
  return { ...picture, mode: 'gray', data: grey };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value: number): string {
  return (value < 0 ? '' : '+') + value.toFixed(2);
}
