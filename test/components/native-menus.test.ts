import type { MenuItemConstructorOptions } from 'electron';
import { expect, it, vi } from 'vitest';
import { contextMenuTemplate } from '../../src-main/hosts/electron/context-menu.ts';
import { menuTemplate } from '../../src-main/hosts/electron/menu.ts';
import { nativeTexts } from '../../src-main/hosts/electron/texts.ts';
import { appActions } from '../../src-renderer/state/actions.ts';
import { VIEWS } from '../../src-renderer/state/app-state.svelte.ts';

vi.mock('electron', () => ({}));

function press(items: readonly MenuItemConstructorOptions[]): void {
  for (const { click, submenu } of items) {
    (click as (() => void) | undefined)?.();
    if (Array.isArray(submenu)) press(submenu);
  }
}

/** Every action that menus ask for is one of the page; "select all" is a text field's, or the mask's. */
const known = new Set([...appActions.map(({ id }) => id), 'select-all']);
const texts = nativeTexts('en');

it.each(['linux', 'darwin'] as const)('asks only for actions that the page has, on %s', (platform) => {
  const asked: string[] = [];
  const nothing = (): void => undefined;
  press(
    menuTemplate({
      ...{ texts, platform, recent: [], canUpdate: true, isDeveloped: true },
      onAction: (id) => asked.push(id),
      onCommand: nothing,
      onOpenRecent: nothing,
    }),
  );
  expect(asked.length).toBeGreaterThan(15);
  for (const view of VIEWS) expect(asked).toContain(`view-${view}`);
  expect(asked.filter((id) => !known.has(id))).toEqual([]);
});

it('offers on a picture what the page can do with it', () => {
  const asked: string[] = [];
  const params = { isEditable: false, selectionText: '', mediaType: 'canvas', editFlags: {} };
  press(contextMenuTemplate(params as never, texts, (id) => asked.push(id)));
  expect(asked).toContain('save');
  expect(asked.filter((id) => !known.has(id))).toEqual([]);
});
