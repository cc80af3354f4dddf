import { Menu, type BrowserWindow, type ContextMenuParams, type MenuItemConstructorOptions } from 'electron';
import type { NativeTexts } from './texts.ts';

export interface ContextMenuOptions {
  readonly texts: () => NativeTexts;
  /** An action of the renderer, by its id. */
  readonly onAction: (id: string) => void;
}

/** Shows a menu where people press the right button: in text fields, on selected text and on pictures. */
export function followContextMenu(window: BrowserWindow, { texts, onAction }: ContextMenuOptions): void {
  window.webContents.on('context-menu', (_event, params) => {
    const template = contextMenuTemplate(params, texts(), onAction);
    if (template.length > 0) Menu.buildFromTemplate(template).popup({ window });
  });
}

/** Empty where there is nothing to do. (The mask editor takes the right button for itself.) */
export function contextMenuTemplate(
  {
    isEditable,
    selectionText,
    mediaType,
    editFlags,
  }: Pick<ContextMenuParams, 'isEditable' | 'selectionText' | 'mediaType' | 'editFlags'>,
  texts: NativeTexts,
  onAction: (id: string) => void,
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  if (isEditable) {
    return [
      { role: 'undo', label: texts.undo, enabled: editFlags.canUndo },
      { role: 'redo', label: texts.redo, enabled: editFlags.canRedo },
      separator,
      { role: 'cut', label: texts.cut, enabled: editFlags.canCut },
      { role: 'copy', label: texts.copy, enabled: editFlags.canCopy },
      { role: 'paste', label: texts.paste, enabled: editFlags.canPaste },
      separator,
      { role: 'selectAll', label: texts.selectAll, enabled: editFlags.canSelectAll },
    ];
  }
  if (selectionText.trim() !== '') return [{ role: 'copy', label: texts.copy }];
  if (mediaType !== 'canvas' && mediaType !== 'image') return [];
  const item = (id: string, label: string): MenuItemConstructorOptions => ({ id, label, click: () => onAction(id) });
  return [
    item('save', texts.save),
    item('compare', texts.compare),
    item('show-in-folder', texts.showInFolder),
    separator,
    item('run', texts.restore),
    item('cancel', texts.cancel),
    separator,
    item('close-tab', texts.closeTab),
  ];
}
