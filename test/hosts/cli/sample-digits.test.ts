import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-cli-digits-'));
});
afterAll(() => rm(folder, { recursive: true }));

const digits = (...more: string[]): string[] => {
  return ['sample', '-o', at('out'), '--model', 'digits', '--provider', 'cpu', '--steps', '6', '--json', ...more];
};

async function picture(path: string) {
  return decodePicture(new Uint8Array(await readFile(path)), path);
}

describe('langevin sample --model digits', () => {
  it('draws a row of each class on one sheet, with the classifier of the model', async () => {
    const run = await runCli(digits('--class', 'all', '--guidance', '2', '--count', '2', '--grid', at('grid.png')));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const result = jsonLines(run).at(-1) as { outputs: string[]; settings: object; count: number; classes: number };
    expect(result).toMatchObject({ count: 20, classes: 10, settings: { class: 'all', classifierScale: 2 } });
    expect(result.outputs).toHaveLength(21);
    expect(await picture(result.outputs[0])).toMatchObject({ width: 28, height: 28, mode: 'gray' });
    // Two columns and ten rows, 8 pixels of white around each.
    expect(await picture(at('grid.png'))).toMatchObject({ width: 2 * 36 + 8, height: 10 * 36 + 8 });
  });

  it('writes the way from noise as a strip and as an animation', async () => {
    const strip = await runCli(digits('--count', '1', '--trajectory', at('way.png')));
    expect(strip).toMatchObject({ code: 0, stderr: '' });
    expect(await picture(at('way.png'))).toMatchObject({ width: 6 * 36 + 8, height: 2 * 36 + 8 });
    const moving = await runCli(digits('--count', '1', '--trajectory', at('way.gif')));
    expect(moving).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(at('way.gif'))).subarray(0, 6).toString('latin1')).toBe('GIF89a');
    const other = await runCli(digits('--trajectory', at('way.jpg')));
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('.gif or .png') as string });
  });

  it('refuses a class that there is not, and guidance without a classifier', async () => {
    const none = await runCli(digits('--class', '10'));
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('from 0 to 9') as string });
    const without = await runCli(['sample', '-o', at('out'), '--class', '3', '--provider', 'cpu', '--json']);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('no classifier') as string });
  });
});
