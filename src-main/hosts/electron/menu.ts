import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Id } from '../../contract/app/values.ts';
import { START_VIEWS } from './jump-list.ts';
import type { NativeTexts } from './texts.ts';

/** What the host itself does for a menu. */
export type MenuCommand =
  | 'show-log'
  | 'report'
  | 'check-updates'
  | 'clear-recent'
  | 'larger'
  | 'smaller'
  | 'usual-size'
  | 'reload'
  | 'developer-tools';

export interface MenuOptions {
  readonly texts: NativeTexts;
  readonly platform: NodeJS.Platform;
  readonly recent: readonly { readonly id: Id; readonly name: string }[];
  /** Whether the package knows where newer ones are. */
  readonly canUpdate: boolean;
  /** Whether the app runs from its sources. */
  readonly isDeveloped: boolean;
  /** An action of the renderer, by its id. */
  readonly onAction: (id: string) => void;
  readonly onCommand: (command: MenuCommand) => void;
  readonly onOpenRecent: (id: Id) => void;
}

/** Sets the application's menu. Its items ask the renderer for its actions, so that there is one of each. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** Every text is ours: those that Electron gives to roles are English. @see setMenu */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { texts, platform, recent, canUpdate, isDeveloped, onAction, onCommand, onOpenRecent } = options;
  const isMac = platform === 'darwin';
  // The page handles its shortcuts itself; here they are only shown. (On macOS the menu has what the page has not taken.)
  const item = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => onAction(id),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const command = (id: MenuCommand, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => onCommand(id),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>, label: string): MenuItemConstructorOptions => ({
    role: name,
    label,
  });
  const about = item('about', texts.about);
  const updates = canUpdate ? [command('check-updates', texts.checkUpdates)] : [];
  const appMenu: MenuItemConstructorOptions = {
    label: 'Langevin',
    submenu: [
      about,
      ...updates,
      separator,
      item('settings', texts.settings, 'CmdOrCtrl+,'),
      separator,
      { role: 'services', label: texts.services, submenu: [] },
      separator,
      role('hide', texts.hide),
      role('hideOthers', texts.hideOthers),
      role('unhide', texts.unhide),
      separator,
      role('quit', texts.quit),
    ],
  };
  const recentItems = recent.map(({ id, name }): MenuItemConstructorOptions => ({
    // In a label an ampersand marks the letter that is pressed.
    label: name.replaceAll('&', '&&'),
    click: () => onOpenRecent(id),
  }));
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: texts.file,
      submenu: [
        item('open', texts.open, 'CmdOrCtrl+O'),
        {
          label: texts.openRecent,
          enabled: recent.length > 0,
          submenu: [...recentItems, separator, command('clear-recent', texts.clearRecent)],
        },
        separator,
        item('save', texts.save, 'CmdOrCtrl+S'),
        item('save-project', texts.saveProject, 'CmdOrCtrl+Shift+S'),
        item('show-in-folder', isMac ? texts.showInFinder : texts.showInFolder),
        separator,
        item('close-tab', texts.closeTab, 'CmdOrCtrl+W'),
        item('reopen-tab', texts.reopenTab),
        ...(isMac
          ? [{ ...role('close', texts.closeWindow), accelerator: 'CmdOrCtrl+Shift+W' }]
          : [separator, item('settings', texts.settings, 'CmdOrCtrl+,'), separator, role('quit', texts.quit)]),
      ],
    },
    {
      label: texts.edit,
      submenu: [
        item('undo', texts.undo, 'CmdOrCtrl+Z'),
        item('redo', texts.redo, isMac ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y'),
        separator,
        role('cut', texts.cut),
        role('copy', texts.copy),
        role('paste', texts.paste),
        item('select-all', texts.selectAll, 'CmdOrCtrl+A'),
      ],
    },
    {
      label: texts.run,
      submenu: [
        item('run', texts.restore, 'CmdOrCtrl+Enter'),
        item('repair-photo', texts.repair),
        item('cancel', texts.cancel, 'CmdOrCtrl+.'),
      ],
    },
    {
      label: texts.view,
      submenu: [
        ...START_VIEWS.map((view) => item(`view-${view}`, texts.views[view])),
        separator,
        item('show-palette', texts.palette, 'CmdOrCtrl+K'),
        separator,
        // Command or Control zooms the picture; with Alt it would be AltGr, which types characters on many keyboards.
        command('larger', texts.larger, 'Alt+Shift+Plus'),
        command('smaller', texts.smaller, 'Alt+Shift+-'),
        command('usual-size', texts.usualSize, 'Alt+Shift+0'),
        separator,
        role('togglefullscreen', texts.fullScreen),
        ...(isDeveloped
          ? [separator, command('reload', texts.reload), command('developer-tools', texts.developerTools)]
          : []),
      ],
    },
    {
      label: texts.window,
      role: 'window',
      submenu: [
        role('minimize', texts.minimize),
        ...(isMac ? [role('zoom', texts.zoom), separator, role('front', texts.front)] : []),
        separator,
        item('next-tab', texts.nextPicture),
        item('previous-tab', texts.previousPicture),
      ],
    },
    {
      label: texts.help,
      role: 'help',
      submenu: [
        item('show-shortcuts', texts.shortcuts),
        separator,
        command('show-log', texts.showLog),
        command('report', texts.report),
        ...(isMac ? [] : [separator, ...updates, about]),
      ],
    },
  ];
}
