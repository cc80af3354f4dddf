import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { fitView, toPicture } from '../../src-renderer/canvas/view-transform.ts';
import FindingsPanel from '../../src-renderer/findings/findings-panel.svelte';
import { findingAt, type Finding } from '../../src-renderer/findings/finding.ts';
import { lettersOf } from '../../src-renderer/findings/letters.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { findingIn } from '../fixtures/finding.ts';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf } from './picture-double.ts';
import { SearchDouble, settled } from './search-double.ts';
import WithApp from './with-app.svelte';

const crack = findingIn({ x: 2, y: 2, width: 20, height: 2 }, 'crack');
const speck = findingIn({ x: 30, y: 20, width: 4, height: 4 }, 'speck');
const text = findingIn({ x: 5, y: 25, width: 10, height: 3 }, 'text');

let search: SearchDouble;
let app: AppState;
let picture: OpenPicture;

beforeEach(() => {
  search = new SearchDouble();
  search.beneath = crack.runs;
  app = new AppState(new HostDouble());
  picture = new OpenPicture({
    file: fileOf('photo.png'),
    content: contentOf(),
    options: parseRestoreOptions({ task: 'inpaint' }),
    model: 'photo',
    createSearch: () => search,
    tell: (...news) => app.tell(...news),
  });
  app.pictures.tabs = [picture];
  app.pictures.active = picture;
});

const painted = (): number => picture.editor.document.layer.paintedCount;
const at = (x: number, y: number) => ({ x, y, pressure: 1, constrain: false, opposite: false });

async function find(...found: Finding[]): Promise<void> {
  picture.findings.open();
  await search.end(found);
}

describe('finding damage', () => {
  test('proposes, and marks what is kept as one step that can be taken back', async () => {
    await find(crack, speck);
    const { findings, editor } = picture;
    expect(findings.findings).toEqual([crack, speck]);
    expect(editor.tools.active).toBe('pick');
    expect(painted()).toBe(0);
    findings.toggle(speck);
    expect(findings.mark()).toBe(true);
    expect(painted()).toBe(40);
    expect(findings.isOpen).toBe(false);
    expect(editor.tools.active).toBe('brush');
    editor.undo();
    expect(painted()).toBe(0);
    expect(findings.isOpen).toBe(true);
    expect(findings.kept).toEqual([crack]);
    editor.undo();
    expect(findings.kept).toEqual([crack, speck]);
    editor.undo();
    expect(findings.isOpen).toBe(false);
    for (let i = 0; i < 3; i++) editor.redo();
    expect(painted()).toBe(40);
  });

  test('joins what was painted by hand', async () => {
    picture.editor.document.edit('history.brush', (layer) => layer.fillSpan(0, 0, 10, 'add'));
    await find(crack);
    picture.findings.mark();
    expect(painted()).toBe(50);
    picture.editor.undo();
    expect(painted()).toBe(10);
  });

  test('filters at once and takes a whole drag of a slider back as one step', async () => {
    await find(crack, speck, text);
    const { findings, editor } = picture;
    findings.filterBy({ minSize: 17 });
    findings.filterBy({ minSize: 35 });
    await settled();
    expect(findings.findings).toEqual([crack]);
    findings.filterBy({ kinds: ['text'] });
    await settled();
    expect(findings.findings).toEqual([]);
    editor.undo();
    await settled();
    expect(findings.findings).toEqual([crack]);
    editor.undo();
    await settled();
    expect(findings.findings).toEqual([crack, text, speck]);
  });

  test('shows coarse findings first; what was decided on them holds for the finer ones', async () => {
    picture.findings.open();
    await search.better([findingIn({ x: 0, y: 0, width: 24, height: 4 })]);
    expect(picture.findings.status).toBe('searching');
    picture.findings.toggle(picture.findings.findings[0]);
    await search.end([crack, speck]);
    expect(picture.findings.status).toBe('done');
    expect(picture.findings.kept).toEqual([speck]);
  });

  test('keeps what was found when the search is stopped, and goes on when asked', async () => {
    picture.findings.open();
    await search.better([crack]);
    picture.findings.stop();
    await settled();
    expect(picture.findings.status).toBe('stopped');
    expect(picture.findings.kept).toEqual([crack]);
    void picture.findings.search();
    await search.end([crack, speck]);
    expect(picture.findings.findings).toHaveLength(2);
  });

  test('a press on the canvas leaves a finding out and keeps it again, by keyboard too', async () => {
    await find(crack, speck);
    const { tools } = picture.editor;
    tools.pointerDown(at(31, 21));
    tools.pointerUp(at(31, 21));
    expect(picture.findings.kept).toEqual([crack]);
    expect(picture.findings.pointed).toBe(speck);
    tools.keyDown({ key: 'ArrowRight', shiftKey: false, altKey: false }, { x: 31, y: 21 });
    tools.keyDown({ key: ' ', shiftKey: false, altKey: false }, { x: 31, y: 21 });
    expect(picture.findings.kept).toEqual([crack, speck]);
  });

  test('a press on the letter of a finding means the finding', async () => {
    const { editor, findings } = picture;
    editor.view = fitView(editor.view.picture, { width: 400, height: 300, pixelRatio: 1 });
    await find(crack, speck);
    for (const { finding, ...letter } of lettersOf(findings.findings, editor.view)) {
      const { x, y } = toPicture(editor.view, letter);
      expect(findingAt(findings.findings, { x, y }, 0)).toBeUndefined();
      editor.tools.pointerDown(at(x, y));
      editor.tools.pointerUp(at(x, y));
      expect(findings.isKept(finding)).toBe(false);
    }
    expect(findings.kept).toEqual([]);
  });
});

describe('the snap brush', () => {
  async function stroke(x: number): Promise<void> {
    const { tools } = picture.editor;
    tools.activate('snap');
    tools.pointerDown(at(x, 15));
    tools.pointerMove(at(x + 2, 15));
    tools.pointerUp(at(x + 2, 15));
    await search.end([]);
    await settled();
  }

  test('marks the damage beneath a stroke, not the stroke, as one step', async () => {
    await stroke(5);
    expect(search.strokes).toHaveLength(1);
    expect(painted()).toBe(40);
    expect(picture.editor.document.history.undoLabel).toBe('history.snap');
    picture.editor.undo();
    expect(painted()).toBe(0);
  });

  test('says where there is no sign of damage, and offers the stroke itself', async () => {
    picture.editor.changeSettings({ brush: { size: 4, hardness: 1, pressure: false } });
    await stroke(33);
    expect(painted()).toBe(0);
    expect(app.notices.at(-1)?.message).toContain('no sign of damage');
    app.notices.at(-1)?.offer?.perform();
    expect(painted()).toBeGreaterThan(10);
  });

  test('tells why it cannot look', async () => {
    const { tools } = picture.editor;
    tools.activate('snap');
    tools.pointerDown(at(5, 15));
    tools.pointerUp(at(5, 15));
    await search.fail('The detector is damaged.');
    await settled();
    expect(app.notices.at(-1)).toMatchObject({ kind: 'problem', message: expect.stringContaining('is damaged') });
  });
});

describe('the panel of findings', () => {
  function show(): void {
    render(WithApp, { app, component: FindingsPanel, shown: { picture } });
  }

  test('lists what was found; arrow keys choose, Space leaves out', async () => {
    show();
    await find(crack, speck);
    const list = screen.getByRole('listbox', { name: 'Damage found' });
    const options = screen.getAllByRole('option');
    screen.getByRole('option', { name: /^Crack, 20 px long, 90 % sure ?top left, kept$/ });
    screen.getByRole('option', { name: /^Speck, 4 × 4 px, 90 % sure ?bottom right, kept$/ });
    list.focus();
    await fireEvent.keyDown(list, { key: 'ArrowDown' });
    expect(picture.findings.pointed).toBe(speck);
    expect(list.getAttribute('aria-activedescendant')).toBe(options[1].id);
    await fireEvent.keyDown(list, { key: ' ' });
    expect(options[1].getAttribute('aria-selected')).toBe('false');
    expect(screen.getByTestId('kept-count').textContent).toContain('1 of 2 kept');
  });

  test('says when nothing is found, and how to go on', async () => {
    show();
    await find();
    await tick();
    expect(screen.getByText('Nothing was found.', { exact: false })).toBeTruthy();
    expect(picture.findings.mark()).toBe(false);
  });

  test('says why the search failed, and that painting works', async () => {
    show();
    picture.findings.open();
    await search.fail('The detector damage.onnx is missing.');
    await tick();
    expect(screen.getByRole('alert').textContent).toContain('damage.onnx is missing');
    expect(screen.getByRole('alert').textContent).toContain('paint over the damage by hand');
  });

  test('Escape stops the search first and closes then; both come back', async () => {
    show();
    picture.findings.open();
    await search.better([crack]);
    await fireEvent.keyDown(window, { key: 'Escape' });
    await settled();
    expect(picture.findings.status).toBe('stopped');
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(picture.findings.isOpen).toBe(false);
    picture.editor.undo();
    expect(picture.findings.kept).toEqual([crack]);
  });

  test('marks and restores with one button', async () => {
    const startRun = vi.fn(() => ({ run: 'run-000001' }));
    app = new AppState(new HostDouble({ startRun, runs: () => [], choices: () => ({}) as never }));
    show();
    await find(crack);
    await fireEvent.click(screen.getByRole('button', { name: /Mark and restore/ }));
    await settled();
    expect(startRun).toHaveBeenCalledOnce();
    expect(painted()).toBe(40);
  });
});
