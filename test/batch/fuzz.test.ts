import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { fixture } from '../fixtures/images/pattern.ts';
import { decoded, fakeRun, filesBelow, put, request, smallPicture } from '../fixtures/batch/run.ts';

const PER_FORMAT = 40;

/** Flips bits, overwrites and removes stretches, or cuts the end off. */
function mutated(bytes: Uint8Array, random: RandomGenerator): Uint8Array {
  const below = (n: number): number => Math.floor(random.uniform() * n);
  const out = Uint8Array.from(bytes);
  const kind = below(4);
  if (kind === 0) for (let i = 1 + below(8); i > 0; i--) out[below(out.length)] ^= 1 << below(8);
  if (kind === 1) out.fill(below(256), below(out.length), below(out.length));
  if (kind === 2) return out.subarray(0, below(out.length));
  if (kind === 3) {
    const from = below(out.length);
    return Buffer.concat([out.subarray(0, from), out.subarray(Math.min(out.length, from + 1 + below(64)))]);
  }
  return out;
}

it('a batch over hundreds of mutated files ends, and every one of them is whole or named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-fuzz-'));
  try {
    const [source, output] = [join(folder, 'in'), join(folder, 'out')];
    const random = new RandomGenerator(7);
    const seeds = [
      'tagged.jpg',
      'progressive.jpg',
      'tagged.png',
      'rgb16.png',
      'tagged.webp',
      'rgb8-tiled.tif',
      'palette.gif',
    ];
    let count = 0;
    for (const name of seeds) {
      const bytes = await fixture(name);
      const ending = name.slice(name.lastIndexOf('.'));
      for (let i = 0; i < PER_FORMAT; i++, count++) {
        await put(source, `${name}-${i}${ending}`, mutated(bytes, random));
      }
    }
    await put(source, 'z-sound.png', smallPicture(1));
    const run = await fakeRun(request(source, output, { timeLimit: 60 }));
    expect(run.report.files).toHaveLength(count + 1);
    expect(run.report.totals.pending).toBe(0);
    expect(run.outcome('z-sound.png').status).toBe('done');
    const made: string[] = [];
    for (const file of run.report.files) {
      if (file.status === 'failed') {
        expect(file.code).toMatch(
          /^(picture-damaged|not-a-picture|unsupported-format|picture-too-large|unsupported-combination)$/,
        );
        expect(file.message).toContain(file.input);
      } else if (file.status === 'done') {
        made.push(...file.outputs);
        expect((await decoded(output, file.outputs[0])).width).toBe(file.width);
      }
    }
    // Mutations of both kinds are among them.
    expect(run.report.totals.failed).toBeGreaterThan(count / 4);
    expect(run.report.totals.done).toBeGreaterThan(5);
    expect(await filesBelow(output)).toEqual(made.sort());
  } finally {
    await rm(folder, { recursive: true });
  }
});
