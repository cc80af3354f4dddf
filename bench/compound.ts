import { readdir, readFile } from 'node:fs/promises';
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
import { SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/** Several damages at once, by one posterior and by one run after the other; and JPEG alone. */
const SIDE = 192;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 4);
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
      'deblur, denoise': [{ task: 'deblur', blurSigma: 1.2, noise: 5 }, { task: 'denoise' }],
    },
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
  },
];

const pictures = await crops();
const jpeg: (string | number)[][] = [];
for (const quality of [10, 30, 50]) {
  const gains: number[] = [];
  for (const truth of pictures) {
    const coded = await encodePicture(truth, { format: 'jpeg', quality, chroma: '4:2:0' });
    const decoded = await decodePicture(coded, 'coded.jpg');
    const options = { task: 'compound', damage: { jpeg: 'auto' } };
    gains.push(psnr(await restored({ picture: decoded }, options), truth) - psnr(decoded, truth));
  }
  jpeg.push([quality, signed(mean(gains)), signed(Math.min(...gains))]);
  console.log(`JPEG ${quality}: ${signed(mean(gains))} dB`);
}

const rows: (string | number)[][] = [];
for (const { title, before, after, scratched, together, ways } of CASES) {
  const results = new Map<string, number[]>();
  const note = (name: string, value: number): unknown => results.set(name, [...(results.get(name) ?? []), value]);
  for (const [index, truth] of pictures.entries()) {
    let damaged = damagedBy(truth, before);
    let mask: Uint8Array | undefined;
    if (scratched) {
      mask = damages.scratch(damaged.width, damaged.height, new RandomGenerator(7, index));
      damaged = painted(damaged, mask);
    }
    damaged = damagedBy(damaged, after);
    note('as it is', psnr(together.scale ? bicubicEnlargement(damaged, together.scale) : damaged, truth));
    note('at once', psnr(await restored({ picture: damaged, mask }, { task: 'compound', damage: together }), truth));
    for (const [name, way] of Object.entries(ways)) {
      let picture = damaged;
      for (const options of way) {
        const isInpaint = 'task' in options && options.task === 'inpaint';
        picture = await restored({ picture, mask: isInpaint ? mask : undefined }, options);
      }
      note(name, psnr(picture, truth));
    }
  }
  for (const [name, values] of results) {
    rows.push([title, name, mean(values).toFixed(2)]);
    console.log(`${title}: ${name} ${mean(values).toFixed(2)} dB`);
  }
}
await writeSection(
  'compound',
  `## Several damages at once

${pictures.length} crops of ${SIDE}² of the validation photographs. JPEG alone (4:2:0), dB over the decoder's own output; goals +0.8, +0.5, +0.3:

${table(['quality', 'mean', 'worst'], jpeg)}

One posterior for all of the damage, and the tasks one after the other, PSNR in dB; goal 0.7 dB over the best sequence:

${table(['damage', 'restored', 'PSNR'], rows)}`,
);
await network.dispose();

async function crops(): Promise<Picture[]> {
  const folder = join(SHARED_DATA, 'val-photos');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.slice(0, PICTURES).map(async (name) => {
      const whole = await decodePicture(await readFile(join(folder, name)), name);
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

async function restored(request: Omit<PictureRequest, 'options'>, options: object): Promise<Picture> {
  const run = restore({ ...request, options: parseRestoreOptions(options) }, network, { now: () => performance.now() });
  for (;;) {
    const next = await run.next();
    if (next.done) throw new Error('A run ended without a picture.');
    if (next.value.type === 'sample') return next.value.picture;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value: number): string {
  return (value < 0 ? '' : '+') + value.toFixed(2);
}
