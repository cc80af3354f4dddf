import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contextMenuTemplate } from '../../../src-main/hosts/electron/context-menu.ts';
import { setJumpList } from '../../../src-main/hosts/electron/jump-list.ts';
import { menuTemplate, type MenuOptions } from '../../../src-main/hosts/electron/menu.ts';
import { startOf } from '../../../src-main/hosts/electron/opened-files.ts';
import { nativeLanguage, nativeTexts } from '../../../src-main/hosts/electron/texts.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

const options = (language: 'en' | 'de', platform: NodeJS.Platform): MenuOptions => ({
  texts: nativeTexts(language),
  platform,
  recent: [{ id: 'r1', name: 'salt & pepper.png' }],
  canUpdate: true,
  isDeveloped: true,
  onAction: () => undefined,
  onCommand: () => undefined,
  onOpenRecent: () => undefined,
});

function all(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
}
const platforms = ['linux', 'win32', 'darwin'] as const;

describe('the menu bar', () => {
  it.each(platforms)('on %s takes no text from Electron, and has every text in both languages', (platform) => {
    const [en, de] = (['en', 'de'] as const).map((language) => all(menuTemplate(options(language, platform))));
    double.Menu.buildFromTemplate(menuTemplate(options('de', platform)) as never);
    for (const item of [...en, ...de])
      expect(item.type === 'separator' || item.label, JSON.stringify(item)).toBeTruthy();
    // What is the same word in both.
    const same = new Set(['Langevin', 'CT', 'salt && pepper.png']);
    en.forEach(({ label }, i) => {
      if (label !== undefined && !same.has(label)) expect(de[i].label, label).not.toBe(label);
    });
  });

  it.each(platforms)('on %s has no key that closes the program with a picture', (platform) => {
    const items = all(menuTemplate(options('en', platform)));
    expect(items.some(({ role }) => role === 'windowMenu')).toBe(false);
    expect(items.find(({ id }) => id === 'close-tab')).toMatchObject({ accelerator: 'CmdOrCtrl+W' });
    // Electron gives the role "close" Command or Control + W of its own.
    const close = items.filter(({ role }) => role === 'close');
    expect(close.map(({ accelerator }) => accelerator)).toEqual(platform === 'darwin' ? ['CmdOrCtrl+Shift+W'] : []);
  });

  it('has help, the log and a report, and developer tools only for those who develop', () => {
    const ids = (isDeveloped: boolean): (string | undefined)[] =>
      all(menuTemplate({ ...options('en', 'linux'), isDeveloped })).map(({ id }) => id);
    expect(ids(false)).toEqual(
      expect.arrayContaining(['show-shortcuts', 'show-log', 'report', 'check-updates', 'about']),
    );
    expect(ids(true)).toContain('developer-tools');
    expect(ids(false)).not.toContain('developer-tools');
  });

  it('speaks the language of the system unless another is set', () => {
    expect(nativeLanguage('system', 'de-AT')).toBe('de');
    expect(nativeLanguage('system', 'fr')).toBe('en');
    expect(nativeLanguage('en', 'de')).toBe('en');
  });
});

describe('the menu of the right button', () => {
  const editFlags = { canUndo: true, canRedo: false, canCut: true, canCopy: true, canPaste: true, canSelectAll: true };
  const menu = (params: object, onAction: (id: string) => void = () => undefined): MenuItemConstructorOptions[] =>
    contextMenuTemplate(
      { isEditable: false, selectionText: '', mediaType: 'none', editFlags, ...params } as never,
      nativeTexts('de'),
      onAction,
    );

  it('edits text in fields', () => {
    const items = menu({ isEditable: true });
    expect(items.flatMap(({ role }) => role ?? [])).toEqual(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']);
    expect(items[1]).toMatchObject({ label: 'Wiederholen', enabled: false });
  });

  it('copies text that is selected, and is absent where there is nothing to do', () => {
    expect(menu({ selectionText: 'a' })).toEqual([{ role: 'copy', label: 'Kopieren' }]);
    expect(menu({ selectionText: '  ' })).toEqual([]);
  });
});

describe('what a start asks for', () => {
  it.each([
    [['langevin', 'a b.png', '../c.tif'], ['/home/u/work/a b.png', '/home/u/c.tif'], undefined],
    [['langevin', pathToFileURL('/home/u/a%20 ü.png').href], ['/home/u/a%20 ü.png'], undefined],
    // No file of this machine: it is told of as it was given.
    [['langevin', 'file://server/a.png'], ['/home/u/work/file:/server/a.png'], undefined],
    [['langevin', '--view=batch', '--no-sandbox'], [], 'batch'],
    [['langevin', '--view=kitchen', ''], [], undefined],
    [['langevin', '--', '--view=batch'], ['/home/u/work/--view=batch'], undefined],
  ])('%j', (argv, paths, view) => {
    expect(startOf(argv, '/home/u/work', true)).toEqual({
      paths: paths.map((path) => resolve(path)),
      ...(view && { view }),
    });
    expect(startOf([argv[0], '.', ...argv.slice(1)], '/home/u/work', false).paths).toHaveLength(paths.length);
  });
});

describe('the jump list', () => {
  afterEach(() => void (double.app.jumpList = []));

  it('is that of Windows', () => {
    setJumpList(nativeTexts('en'), 'linux');
    expect(double.app.jumpList).toEqual([]);
    setJumpList(nativeTexts('de'), 'win32');
    expect(double.app.jumpList).toMatchObject([
      { type: 'recent' },
      {
        type: 'tasks',
        items: [{ args: '--view=restore' }, {}, { title: 'Stapel', args: '--view=batch' }, { title: 'Labor' }, {}],
      },
    ]);
  });
});
