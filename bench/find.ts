import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DAMAGE_KINDS, findOptionsSchema, type DamageMaps } from '../src-main/contract/find.ts';
import type { DamageDetector } from '../src-main/find/detector.ts';
import { findDamage, reductionsOf } from '../src-main/find/find-damage.ts';
import { findingsOf, maskOf } from '../src-main/find/findings/findings.ts';
import { parseDetectorManifest } from '../src-main/find/manifest.ts';
import { createOnnxDetector } from '../src-main/find/onnx-detector.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { fillPicture, paintFill } from '../src-main/restore/fill-picture.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { curvePlot } from './find/curve-plot.ts';
import { near, resized, mirrored, type Marks } from './find/pictures.ts';
import { table, writeSection } from './report.ts';
import { ROOT, SHARED_DATA } from './shipped-network.ts';

/** Distances within which a mark is right and damage is found, pixels: drawn damage, and cracks marked by eye. */
const DRAWN_REACH = 3;
const CRACK_REACH = 4;
const SENSITIVITIES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

const detector = await openDetector();
const sections: string[] = [];
// Speed first: memory is measured before anything else has used any.
for (const measure of [speed, realScans, cleanPictures, drawnDamage]) {
  sections.push(await measure());
  process.stderr.write(`${sections.at(-1)}\n\n`);
}
await writeSection('find', sections.join('\n\n'), 'docs/find.md');
await detector.dispose();

async function openDetector(): Promise<DamageDetector> {
  const folder = process.env['LANGEVIN_DETECTOR'] ?? join(ROOT, 'models', 'damage');
  const manifest = parseDetectorManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')), folder);
  return createOnnxDetector(manifest, await readFile(join(folder, manifest.file)), 2);
}

async function mapsOf(picture: Picture): Promise<DamageMaps> {
  const search = findDamage(picture, detector);
  for (;;) {
    const step = await search.next();
    if (step.done) return step.value;
  }
}

function maskAt(maps: DamageMaps, sensitivity?: number): Uint8Array {
  const options = findOptionsSchema.parse(sensitivity === undefined ? {} : { sensitivity });
  return maskOf(findingsOf(maps, options), maps.pictureWidth, maps.pictureHeight);
}

async function read(path: string): Promise<Picture> {
  return decodePicture(await readFile(path), path);
}

function share(mask: Uint8Array): number {
  let sum = 0;
  for (const value of mask) sum += value;
  return sum / mask.length;
}

/** Old scans with marks by eye, as they are, mirrored and at twice the size. */
async function realScans(): Promise<string> {
  const folder = join(SHARED_DATA, 'old-scans');
  const marks = JSON.parse(await readFile(join(folder, 'marks.json'), 'utf8')) as Record<string, Marks>;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  const rows: (string | number)[][] = [];
  for (const [variant, scale] of [
    ['as they are', 1],
    ['mirrored', 1],
    ['twice the size', 2],
  ] as const) {
    const sums = { found: 0, length: 0, soundMarked: 0, sound: 0, plainMarked: 0, plain: 0 };
    for (const name of names) {
      const stored = await read(join(folder, name));
      const isMirrored = variant === 'mirrored';
      const picture = isMirrored ? mirrored(stored) : scale === 2 ? resized(stored, 2) : stored;
      const mask = maskAt(await mapsOf(picture));
      const { width, height } = picture;
      if (name.startsWith('plain')) {
        sums.plainMarked += share(mask) * mask.length;
        sums.plain += mask.length;
        continue;
      }
      const place = (x: number): number => (isMirrored ? width - 1 - x : x * scale);
      const reached = near(mask, width, height, CRACK_REACH * scale);
      for (const line of marks[name].damage) {
        for (let i = 1; i < line.length; i++) {
          const [[x0, y0], [x1, y1]] = [line[i - 1], line[i]];
          const steps = Math.max(1, Math.abs(x1 - x0), Math.abs(y1 - y0));
          for (let t = 0; t < steps; t++) {
            const x = Math.round(place(x0 + ((x1 - x0) * t) / steps));
            const y = Math.round((y0 + ((y1 - y0) * t) / steps) * scale);
            sums.length++;
            sums.found += reached[Math.min(height - 1, y) * width + Math.max(0, Math.min(width - 1, x))];
          }
        }
      }
      for (const [x0, y0, x1, y1] of marks[name].sound) {
        const [from, to] = isMirrored ? [width - x1, width - x0] : [x0 * scale, x1 * scale];
        for (let y = y0 * scale; y < y1 * scale; y++) {
          for (let x = from; x < to; x++) {
            sums.sound++;
            sums.soundMarked += mask[y * width + x];
          }
        }
      }
    }
    rows.push([
      variant,
      (sums.found / sums.length).toFixed(3),
      percent(sums.soundMarked / sums.sound),
      percent(sums.plainMarked / sums.plain),
    ]);
  }
  return `### Real scans\n\n${table(['scans', "cracks' length found", 'sound boxes marked', 'uncracked marked'], rows)}`;
}

/** Undamaged photographs: what is marked is wrong. */
async function cleanPictures(): Promise<string> {
  const rows: (string | number)[][] = [];
  const shares: number[] = [];
  for (const folder of ['val-photos', 'samples']) {
    for (const name of (await readdir(join(SHARED_DATA, folder))).sort()) {
      const maps = await mapsOf(await read(join(SHARED_DATA, folder, name)));
      shares.push(share(maskAt(maps)));
      const kinds = findingsOf(maps, findOptionsSchema.parse({})).map(({ kind }) => kind);
      const counts = DAMAGE_KINDS.map((kind) => kinds.filter((found) => found === kind).length);
      rows.push([name, percent(share(maskAt(maps))), percent(share(maskAt(maps, 0.2))), ...counts]);
    }
  }
  const head = ['photograph', 'marked', 'at sensitivity .2', ...DAMAGE_KINDS];
  const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  const summary = `Mean ${percent(mean)}, worst ${percent(Math.max(...shares))}; counts are findings by kind.`;
  return `### Undamaged photographs\n\n${table(head, rows)}\n\n${summary}`;
}

interface DrawnPicture {
  readonly damaged: Picture;
  readonly clean: Picture;
  /** Bits of the kinds; bit 7: changed too little to count. */
  readonly target: Uint8Array;
  readonly maps: DamageMaps;
}

/** Held-out damage, drawn by training/damage/drawn_set.py, and what a fill of what was found makes of it. */
async function drawnDamage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-drawn-'));
  try {
    const python = process.env['LANGEVIN_PYTHON'] ?? 'python3';
    const pictures = join(SHARED_DATA, 'val-photos', '*.png');
    await mkdir(folder, { recursive: true });
    await promisify(execFile)(python, ['-m', 'damage.drawn_set', pictures, folder], { cwd: join(ROOT, 'training') });
    const drawn: DrawnPicture[] = [];
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('-damaged.png')).sort()) {
      const damaged = await read(join(folder, name));
      const clean = await read(join(folder, name.replace('damaged', 'clean')));
      const target = Uint8Array.from((await read(join(folder, name.replace('damaged', 'target')))).data);
      drawn.push({ damaged, clean, target, maps: await mapsOf(damaged) });
    }
    return [drawnTable(drawn), await curve(drawn), await fills(drawn)].join('\n\n');
  } catch (error) {
    return `*No figures for drawn damage: ${(error as Error).message.split('\n')[0]}. They need numpy, torch and Pillow (LANGEVIN_PYTHON).*`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Score {
  readonly precision: number;
  readonly recall: number;
}

/**
 * Precision and recall of all damage, then of each kind, pixels pooled over the set. Marks of a kind are right on damage of
 * any kind: whether a hairline is a scratch or a crack makes no difference to its repair.
 */
function scores(drawn: readonly DrawnPicture[], sensitivity?: number): Score[] {
  const count = (): number[] => new Array<number>(DAMAGE_KINDS.length + 1).fill(0);
  const [marked, right, damaged, found] = [count(), count(), count(), count()];
  const options = findOptionsSchema.parse(sensitivity === undefined ? {} : { sensitivity });
  for (const { target, maps } of drawn) {
    const { pictureWidth: width, pictureHeight: height } = maps;
    const findings = findingsOf(maps, options);
    const masks = [
      maskOf(findings, width, height),
      ...DAMAGE_KINDS.map((kind) => maskOf(findings, width, height, (finding) => finding.kind === kind)),
    ];
    const reached = near(masks[0], width, height, DRAWN_REACH);
    // Faint damage is neither right nor wrong to mark.
    const nearAny = near(target, width, height, DRAWN_REACH);
    for (let i = 0; i < target.length; i++) {
      for (let k = 0; k < masks.length; k++) {
        if (masks[k][i] === 1) {
          marked[k]++;
          right[k] += nearAny[i];
        }
        if (k === 0 ? (target[i] & 31) === 0 : ((target[i] >> (k - 1)) & 1) === 0) continue;
        damaged[k]++;
        found[k] += reached[i];
      }
    }
  }
  return marked.map((sum, k) => ({
    precision: sum === 0 ? 1 : right[k] / sum,
    recall: damaged[k] === 0 ? 1 : found[k] / damaged[k],
  }));
}

function drawnTable(drawn: readonly DrawnPicture[]): string {
  const rows = [0.2, 0.5, 0.8].map((sensitivity) => [
    sensitivity,
    ...scores(drawn, sensitivity).map(({ precision, recall }) => `${precision.toFixed(3)} / ${recall.toFixed(3)}`),
  ]);
  const head = ['sensitivity', 'precision / recall', ...DAMAGE_KINDS];
  return `### Drawn damage, ${drawn.length} held-out pictures\n\n${table(head, rows)}`;
}

async function curve(drawn: readonly DrawnPicture[]): Promise<string> {
  const points = SENSITIVITIES.map((sensitivity) => {
    const [{ precision, recall }] = scores(drawn, sensitivity);
    return { sensitivity, precision, recall };
  });
  await writeFile(join(ROOT, 'docs', 'images', 'find-curve.svg'), curvePlot(points));
  return '![Precision and recall over sensitivity](images/find-curve.svg)';
}

/** PSNR on the damaged pixels: as damaged, filled by the found mask, and filled by the true one. */
async function fills(drawn: readonly DrawnPicture[]): Promise<string> {
  const gains: number[][] = [];
  let touched = 0;
  for (const { damaged, clean, target, maps } of drawn) {
    const channels = channelCount(damaged.mode);
    const isDamaged = target.map((bits) => ((bits & 31) === 0 ? 0 : 1));
    const truth = near(isDamaged, damaged.width, damaged.height, 2);
    const before = psnr(damaged, clean, isDamaged);
    const filled: number[] = [];
    for (const mask of [maskAt(maps), truth]) {
      const request = { picture: damaged, mask, seed: 0 };
      const result = mask.includes(1) ? paintFill(request, await fillPicture(request)) : damaged;
      filled.push(psnr(result, clean, isDamaged));
      touched += result.data.filter(
        (value, i) => mask[Math.floor(i / channels)] === 0 && value !== damaged.data[i],
      ).length;
    }
    gains.push([before, ...filled]);
  }
  const mean = (column: number): number => gains.reduce((sum, row) => sum + row[column], 0) / gains.length;
  const rows = [[mean(0), mean(1), mean(2)].map((value) => value.toFixed(2))];
  return (
    `### Found and filled (Instant), PSNR on the damaged pixels, dB\n\n` +
    table(['damaged', 'found and filled', 'filled by the true mask'], rows) +
    `\n\nValues outside the masks that were changed: ${touched}.`
  );
}

function psnr(a: Picture, b: Picture, where: Uint8Array): number {
  const channels = channelCount(a.mode);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < where.length; i++) {
    if (where[i] === 0) continue;
    for (let c = 0; c < Math.min(3, channels); c++) {
      sum += (a.data[i * channels + c] - b.data[i * channels + c]) ** 2;
      count++;
    }
  }
  return 10 * Math.log10((255 ** 2 * count) / Math.max(sum, 1e-9));
}

/** Time until the first and the whole answer, and the bare network's for the same pixels. */
async function speed(): Promise<string> {
  const tile = await read(join(SHARED_DATA, 'val-photos', '1025469.png'));
  const bare = await secondsPerMegapixel();
  const rows: (string | number)[][] = [];
  for (const [width, height] of [
    [3000, 2000],
    [6000, 4000],
  ]) {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      const from = ((Math.floor(i / width) % tile.height) * tile.width + ((i % width) % tile.width)) * 3;
      for (let c = 0; c < 3; c++) data[3 * i + c] = tile.data[from + c];
    }
    const picture = { ...tile, width, height, data };
    const before = process.memoryUsage().rss;
    let most = before;
    const started = performance.now();
    const search = findDamage(picture, detector, { now: () => performance.now() });
    let first = 0;
    for (let step = await search.next(); !step.done; step = await search.next()) {
      if (step.value.type === 'maps') first = performance.now() - started;
      most = Math.max(most, process.memoryUsage().rss);
    }
    const whole = (performance.now() - started) / 1000;
    const looked = reductionsOf(picture).reduce((sum, by) => sum + lookedAt(width / by, height / by), 0) / 1e6;
    rows.push([
      `${width} × ${height}`,
      (first / 1000).toFixed(1),
      whole.toFixed(1),
      looked.toFixed(1),
      (whole / (looked * bare)).toFixed(2),
      (most / 2 ** 20).toFixed(0),
    ]);
  }
  const head = ['picture', 'first answer, s', 'whole answer, s', 'megapixels looked at', '÷ bare network', 'RSS, MiB'];
  return `### Speed\n\n${table(head, rows)}\n\nThe bare network takes ${bare.toFixed(2)} s a megapixel.`;
}

/** Of a scale, both views. */
function lookedAt(width: number, height: number): number {
  return width * height * (width * height <= 3e6 ? 2 : 1);
}

async function secondsPerMegapixel(): Promise<number> {
  const side = 1024;
  const out = new Float32Array(6 * side * side);
  const picture = new Float32Array(3 * side * side);
  await detector.evaluate(picture, side, side, out);
  const started = performance.now();
  for (let i = 0; i < 2; i++) await detector.evaluate(picture, side, side, out);
  return (performance.now() - started) / 2000 / (side ** 2 / 1e6);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}
