/** What native menus and notifications say; the renderer has its own catalogue. */
export interface NativeTexts {
  readonly file: string;
  readonly open: string;
  readonly openRecent: string;
  readonly save: string;
  readonly closeTab: string;
  readonly settings: string;
  readonly edit: string;
  readonly undo: string;
  readonly redo: string;
  readonly run: string;
  readonly restore: string;
  readonly cancel: string;
  readonly view: string;
  readonly views: Readonly<Record<'restore' | 'scan' | 'batch' | 'learn', string>>;
  readonly palette: string;
  readonly help: string;
  readonly shortcuts: string;
  readonly runDone: string;
  readonly runFailed: string;
  readonly batchDone: string;
  readonly batchFailed: string;
}

const english: NativeTexts = {
  file: 'File',
  open: 'Open…',
  openRecent: 'Open recent',
  save: 'Save…',
  closeTab: 'Close picture',
  settings: 'Settings…',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  run: 'Run',
  restore: 'Restore',
  cancel: 'Cancel',
  view: 'View',
  views: { restore: 'Restore', scan: 'CT', batch: 'Batch', learn: 'Learn' },
  palette: 'All commands…',
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  runDone: 'The picture is restored.',
  runFailed: 'The picture could not be restored.',
  batchDone: 'The batch is done.',
  batchFailed: 'The batch has ended early.',
};

const german: NativeTexts = {
  file: 'Datei',
  open: 'Öffnen…',
  openRecent: 'Zuletzt geöffnet',
  save: 'Speichern…',
  closeTab: 'Bild schließen',
  settings: 'Einstellungen…',
  edit: 'Bearbeiten',
  undo: 'Rückgängig',
  redo: 'Wiederholen',
  run: 'Ausführen',
  restore: 'Wiederherstellen',
  cancel: 'Abbrechen',
  view: 'Ansicht',
  views: { restore: 'Wiederherstellen', scan: 'CT', batch: 'Stapel', learn: 'Lernen' },
  palette: 'Alle Befehle…',
  help: 'Hilfe',
  shortcuts: 'Tastenkürzel',
  runDone: 'Das Bild ist wiederhergestellt.',
  runFailed: 'Das Bild konnte nicht wiederhergestellt werden.',
  batchDone: 'Der Stapel ist fertig.',
  batchFailed: 'Der Stapel ist vorzeitig beendet.',
};

/** @param setting  of the app's settings; `system` follows the locale. */
export function nativeTexts(setting: 'system' | 'en' | 'de', locale: string): NativeTexts {
  const language = setting === 'system' ? locale.slice(0, 2) : setting;
  return language === 'de' ? german : english;
}
