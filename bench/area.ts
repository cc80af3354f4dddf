import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePicture } from '../src-main/images/encode.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { median, table, writeSection } from './report.ts';
import { ROOT } from './shipped-network.ts';

/** (b) The same scratch of 4 × 300 pixels in pictures of 1, 6 and 24 megapixels: time and memory of the whole command. */
const folder = await mkdtemp(join(tmpdir(), 'langevin-area-'));
const rows: (string | number)[][] = [];
const results: { network: number; whole: number }[] = [];
for (const [width, height] of [
  [1200, 832],
  [3000, 2000],
  [6000, 4000],
]) {
  const random = new RandomGenerator(width);
  const row = Uint8Array.from({ length: width * 3 }, (_, i) => 90 + ((i / 24) % 60));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) data.set(row, y * width * 3);
  for (let i = 0; i < data.length; i += 5) data[i] += random.uint32() & 15;
  const mask = new Uint8Array(width * height);
  for (let y = 300; y < 304; y++) mask.fill(255, y * width + 400, y * width + 700);
  const common = { width, height, bitDepth: 8 as const, metadata: { orientation: 1 } };
  const input = join(folder, 'in.png');
  const maskFile = join(folder, 'mask.png');
  await writeFile(input, await encodePicture({ ...common, mode: 'rgb', data }, { format: 'png' }));
  await writeFile(maskFile, await encodePicture({ ...common, mode: 'gray', data: mask }, { format: 'png' }));
  const network: number[] = [];
  const whole: number[] = [];
  let peak = 0;
  for (let round = 0; round < 3; round++) {
    const args = ['restore', input, '-o', join(folder, 'out.png'), '--mask', maskFile, '--task', 'inpaint'];
    const start = performance.now();
    const { stdout, stderr, status } = spawnSync(
      '/usr/bin/time',
      ['-f', '%M', process.execPath, join(ROOT, 'bin/langevin.js'), ...args, '--provider', 'cpu', '--json'],
      { encoding: 'utf8', maxBuffer: 1e9 },
    );
    whole.push((performance.now() - start) / 1000);
    if (status !== 0) throw new Error(stderr);
    const events = stdout.split('\n').filter((line) => line.includes('"type":"step"'));
    network.push((JSON.parse(events.at(-1)!) as { elapsedMs: number }).elapsedMs / 1000);
    peak = Math.max(peak, Number(stderr.trim().split('\n').at(-1)) / 1024);
  }
  results.push({ network: median(network), whole: median(whole) });
  const megapixels = ((width * height) / 1e6).toFixed(0);
  rows.push([megapixels, median(network).toFixed(2), median(whole).toFixed(2), peak.toFixed(0)]);
}
await rm(folder, { recursive: true });
const ratio = (key: 'network' | 'whole'): string => (results[2][key] / results[0][key]).toFixed(2);
await writeSection(
  'area',
  `## Cost follows the painted area

A scratch of 4 × 300 pixels with the default solver. Restoring lasts from the decoded picture to the last step; the
command is the whole process with start-up, decoding and encoding PNG. Peak memory is that of the largest process. Goals: ratio
24 MP to 1 MP ≤ 1.3, peak < 2 GB.

${table(['megapixels', 'restoring, s', 'command, s', 'peak memory, MiB'], rows)}

Ratio 24 MP ÷ 1 MP: restoring ${ratio('network')}, command ${ratio('whole')}.`,
);
