import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { fixture, pattern8, samples } from '../fixtures/images/pattern.ts';

describe('the codec in a process of its own', () => {
  it('works in the main thread and in a worker thread, says nothing, and lets the process end', async () => {
    const script = new URL('../fixtures/images/codec-host.js', import.meta.url);
    // A process that does not end is killed, which makes execFile fail.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileURLToPath(script)], {
      timeout: 50_000,
    });
    expect(JSON.parse(stdout)).toEqual({ main: true, worker: true });
    expect(stderr).toBe('');
  });
});

describe('many damaged files in one process', () => {
  it('neither hang nor break the codec: it hangs after some 5,000 failures unless it is replaced', async () => {
    const bytes = await fixture('gray.jpg');
    const damaged = bytes.slice(0, bytes.length - 20);
    let failures = 0;
    for (let i = 0; i < 6000; i++) await decodePicture(damaged, 'cut.jpg').catch(() => failures++);
    expect(failures).toBe(6000);
    const sound = await decodePicture(await fixture('rgba8.png'), 'rgba8.png');
    expect(Array.from(sound.data)).toEqual(samples(pattern8, 4));
  });

  it('may be read at the same time', async () => {
    const names = ['rgba8.png', 'gray.jpg', 'rgb8-tiled.tif', 'tagged.webp', 'palette.gif'];
    const files = await Promise.all(Array.from({ length: 40 }, (_, i) => fixture(names[i % names.length])));
    const outcomes = await Promise.allSettled(
      files.map((file, i) => decodePicture(i % 3 === 0 ? file.slice(0, -30) : file, `${i}`)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')),
    );
  });
});
