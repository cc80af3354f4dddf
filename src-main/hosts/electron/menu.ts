import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Id } from '../../contract/app/values.ts';
import type { NativeTexts } from './texts.ts';

export interface MenuOptions {
  readonly texts: NativeTexts;
  readonly platform: NodeJS.Platform;
  readonly recent: readonly { readonly id: Id; readonly name: string }[];
  /** An action of the renderer, by its id. */
  readonly onAction: (id: string) => void;
  readonly onOpenRecent: (id: Id) => void;
}

/** Sets the application's menu. Its items ask the renderer for its actions, so that there is one of each. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

/** @see setMenu */
export function menuTemplate({
  texts,
  platform,
  recent,
  onAction,
  onOpenRecent,
}: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  // The page handles its shortcuts itself; here they are only shown.
  const item = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => onAction(id),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: texts.file,
      submenu: [
        item('open', texts.open, 'CmdOrCtrl+O'),
        {
          label: texts.openRecent,
          enabled: recent.length > 0,
          submenu: recent.map(({ id, name }) => ({ label: name, click: () => onOpenRecent(id) })),
        },
        separator,
        item('save', texts.save, 'CmdOrCtrl+S'),
        item('close-tab', texts.closeTab),
        separator,
        item('settings', texts.settings, 'CmdOrCtrl+,'),
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    {
      label: texts.edit,
      submenu: [
        item('undo', texts.undo, 'CmdOrCtrl+Z'),
        item('redo', texts.redo, 'CmdOrCtrl+Shift+Z'),
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: texts.run,
      submenu: [item('run', texts.restore, 'CmdOrCtrl+Enter'), item('cancel', texts.cancel, 'CmdOrCtrl+.')],
    },
    {
      label: texts.view,
      submenu: [
        ...(['restore', 'scan', 'batch', 'learn'] as const).map((view) => item(`view-${view}`, texts.views[view])),
        separator,
        item('show-palette', texts.palette, 'CmdOrCtrl+K'),
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { label: texts.help, role: 'help', submenu: [item('show-shortcuts', texts.shortcuts)] },
  ];
}
