import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import type { HealingChange } from '../../src-main/contract/app/healing.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { MaskLayer } from '../../src-renderer/canvas/mask-layer.ts';
import { Healing } from '../../src-renderer/heal/healing.svelte.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf } from './picture-double.ts';

let host: HostDouble;
let picture: OpenPicture;
let healing: Healing;
let fail: LangevinError | undefined;

beforeEach(() => {
  fail = undefined;
  const answer = async ({ variant, mask }: AppRequest<'healStroke'>): Promise<HealingChange> => {
    await new Promise((resolve) => setTimeout(resolve));
    if (fail !== undefined) throw fail;
    const { x, y, width, height } = mask;
    return {
      variants: [
        {
          variant,
          stroke: 'stroke-1',
          x,
          y,
          width,
          height,
          pixels: 4,
          recipe: { fill: 'auto', seed: 1 },
          status: 'filled',
        },
      ],
      blocks: [{ x, y, width, height, data: new Uint8Array(width * height * 4).fill(200) }],
    };
  };
  host = new HostDouble({
    healStroke: answer,
    varyStroke: ({ variant }) => answer({ variant, mask: { x: 4, y: 5, width: 2, height: 2 } } as never),
    arrangeHealing: () => ({ variants: [], blocks: [] }),
    cancelRefining: () => ({ variants: [], blocks: [] }),
  });
  const app = new AppState(host);
  picture = new OpenPicture({
    file: fileOf('a.png'),
    content: contentOf(),
    options: { task: 'inpaint', seed: 0, samples: 1 },
    model: 'photo',
  });
  healing = new Healing(app, picture);
});

/** Two by two pixels. */
function stroke(x = 4, y = 5): { layer: MaskLayer; start: { x: number; y: number } } {
  const layer = new MaskLayer(40, 30);
  layer.fillRect({ x, y, width: 2, height: 2 }, 'add');
  return { layer, start: { x, y } };
}

const settled = (): Promise<void> => vi.waitFor(() => expect(healing.filling).toBe(0));
const requests = (name: string): unknown[] =>
  host.requests.filter((one) => one.name === name).map(({ request }) => request);

describe('healing', () => {
  test('makes a stroke one step over pixels and mask', async () => {
    const { document } = picture.editor;
    document.edit('history.brush', (layer) => layer.fillRect({ x: 4, y: 0, width: 2, height: 10 }, 'add'));
    healing.heal(stroke());
    expect(document.layer.paintedCount).toBe(16);
    expect(picture.editor.heals.pending.size).toBe(1);
    await settled();
    expect(picture.editor.heals.pending.size).toBe(0);
    expect(picture.pixels.data[(5 * 40 + 4) * 4]).toBe(200);
    const [request] = requests('healStroke') as AppRequest<'healStroke'>[];
    expect(request.mask).toMatchObject({ x: 4, y: 5, width: 2, height: 2 });
    // What is marked beside the stroke is damaged too.
    expect(request.avoid).toMatchObject({ x: 4, y: 0, width: 2, height: 10 });
    expect(request.layers).toEqual(healing.layers);
    expect(request.refine).toEqual({ network: { model: 'photo', provider: 'auto' } });

    picture.editor.undo();
    expect(document.layer.paintedCount).toBe(20);
    expect(healing.layers).toEqual([]);
    await vi.waitFor(() => expect(requests('arrangeHealing')).toEqual([{ file: picture.file.id, layers: [] }]));
    picture.editor.redo();
    expect(document.layer.paintedCount).toBe(16);
    expect(healing.layers).toEqual(request.layers);
  });

  test('keeps a stroke that was painted before the earlier ones had come', async () => {
    const loading = healing.load();
    healing.heal(stroke());
    await loading;
    await settled();
    const [request] = requests('healStroke') as AppRequest<'healStroke'>[];
    expect(request.layers).toHaveLength(1);
    expect(healing.layers).toEqual(request.layers);
  });

  test('lets the next stroke be painted while the first is filled', async () => {
    healing.heal(stroke(4, 5));
    healing.heal(stroke(20, 5));
    expect(healing.filling).toBe(2);
    await settled();
    const [first, second] = requests('healStroke') as AppRequest<'healStroke'>[];
    // By then, the second was there as well.
    expect(first.layers).toHaveLength(2);
    expect(second.layers).toEqual(healing.layers);
  });

  test('undone before it is filled, a stroke is not shown, and can be repeated', async () => {
    healing.heal(stroke());
    picture.editor.undo();
    await settled();
    expect((requests('healStroke') as AppRequest<'healStroke'>[])[0].layers).toEqual([]);
    picture.editor.redo();
    expect(healing.layers).toHaveLength(1);
    await vi.waitFor(() => {
      const [last] = requests('arrangeHealing').slice(-1) as AppRequest<'arrangeHealing'>[];
      expect(last.layers).toHaveLength(1);
    });
  });

  test('a stroke that cannot be filled leaves no step', async () => {
    fail = new LangevinError('nothing-to-do', 'Paint over less.');
    picture.editor.document.edit('history.brush', (layer) =>
      layer.fillRect({ x: 4, y: 5, width: 2, height: 2 }, 'add'),
    );
    healing.heal(stroke());
    await settled();
    expect(healing.layers).toEqual([]);
    expect(picture.editor.document.layer.paintedCount).toBe(4);
    expect(picture.editor.document.history.undoLabel).toBe('history.brush');
  });

  test('exchanges, fades and removes a stroke, each a step', async () => {
    healing.heal(stroke());
    await settled();
    const [{ variant: first }] = healing.layers;
    healing.retry(healing.shown[0]);
    await settled();
    const [{ variant: second }] = healing.layers;
    expect(second).not.toBe(first);
    expect(requests('varyStroke')).toMatchObject([{ variant: second, of: first, recipe: { seed: 2 } }]);
    for (const opacity of [0.9, 0.7, 0.4]) healing.setOpacity(second, opacity);
    expect(healing.layers).toEqual([{ variant: second, opacity: 0.4 }]);
    // A dragged slider is one step.
    picture.editor.undo();
    expect(healing.layers).toEqual([{ variant: second, opacity: 1 }]);
    healing.remove(second);
    expect(healing.layers).toEqual([]);
    picture.editor.undo();
    picture.editor.undo();
    expect(healing.layers).toEqual([{ variant: first, opacity: 1 }]);
  });

  test('copies from the source that was chosen, and asks for one', async () => {
    healing.chooseSource({ x: 24, y: 15 });
    healing.heal(stroke());
    await settled();
    const [{ recipe }] = requests('healStroke') as AppRequest<'healStroke'>[];
    expect(recipe).toMatchObject({ offset: { x: 20, y: 10 }, source: { x: -24, y: -33, width: 96, height: 96 } });
    healing.chooseSource(undefined);
    healing.vary({ ...healing.shown[0], recipe: { fill: 'auto', seed: 1 } }, { fill: 'copied' });
    expect(requests('varyStroke')).toEqual([]);
  });

  test('heals what is marked', async () => {
    const { document } = picture.editor;
    document.edit('history.brush', (layer) => layer.fillRect({ x: 4, y: 5, width: 6, height: 3 }, 'add'));
    healing.healMarked();
    await settled();
    expect(document.layer.paintedCount).toBe(0);
    expect(requests('healStroke')).toMatchObject([{ mask: { x: 4, y: 5, width: 6, height: 3 } }]);
    picture.editor.undo();
    expect(document.layer.paintedCount).toBe(18);
  });

  test('follows the news of refining', async () => {
    healing.heal(stroke());
    await settled();
    const [info] = healing.shown;
    const file = picture.file.id;
    host.send({ type: 'healing', file, variants: [{ ...info, status: 'refining' }], blocks: [], fraction: 0.5 });
    expect(healing.refining).toHaveLength(1);
    expect(healing.fraction).toBe(0.5);
    const block = { x: 4, y: 5, width: 2, height: 2, data: new Uint8Array(16).fill(77) };
    host.send({ type: 'healing', file: 'another', variants: [], blocks: [block] });
    expect(picture.pixels.data[(5 * 40 + 4) * 4]).toBe(200);
    host.send({ type: 'healing', file, variants: [{ ...info, status: 'refined' }], blocks: [block] });
    expect(healing.refining).toEqual([]);
    expect(picture.pixels.data[(5 * 40 + 4) * 4]).toBe(77);
  });
});
