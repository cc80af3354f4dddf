/** What native menus and notifications say; the renderer has its own catalogue. */
export interface NativeTexts {
  readonly file: string;
  readonly open: string;
  readonly openRecent: string;
  readonly clearRecent: string;
  readonly save: string;
  readonly saveProject: string;
  readonly showInFolder: string;
  readonly showInFinder: string;
  readonly closeTab: string;
  readonly reopenTab: string;
  readonly closeWindow: string;
  readonly settings: string;
  readonly quit: string;
  readonly edit: string;
  readonly undo: string;
  readonly redo: string;
  readonly cut: string;
  readonly copy: string;
  readonly paste: string;
  readonly selectAll: string;
  readonly run: string;
  readonly restore: string;
  readonly repair: string;
  readonly cancel: string;
  readonly compare: string;
  readonly view: string;
  readonly views: Readonly<Record<'restore' | 'scan' | 'batch' | 'lab' | 'learn', string>>;
  readonly palette: string;
  readonly larger: string;
  readonly smaller: string;
  readonly usualSize: string;
  readonly fullScreen: string;
  readonly reload: string;
  readonly developerTools: string;
  readonly window: string;
  readonly minimize: string;
  readonly zoom: string;
  readonly front: string;
  readonly nextPicture: string;
  readonly previousPicture: string;
  readonly services: string;
  readonly hide: string;
  readonly hideOthers: string;
  readonly unhide: string;
  readonly help: string;
  readonly shortcuts: string;
  readonly showLog: string;
  readonly report: string;
  readonly checkUpdates: string;
  readonly about: string;
  readonly runDone: string;
  readonly runFailed: string;
  readonly batchDone: string;
  readonly batchFailed: string;
  readonly pictures: string;
  readonly picturesAndProjects: string;
  readonly scans: string;
  readonly angles: string;
  readonly models: string;
  readonly recipes: string;
  readonly everything: string;
}

const english: NativeTexts = {
  file: 'File',
  open: 'Open…',
  openRecent: 'Open recent',
  clearRecent: 'Clear the list',
  save: 'Save…',
  saveProject: 'Save as Project…',
  showInFolder: 'Show in folder',
  showInFinder: 'Show in Finder',
  closeTab: 'Close picture',
  reopenTab: 'Open the closed picture again',
  closeWindow: 'Close window',
  settings: 'Settings…',
  quit: 'Quit Langevin',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  run: 'Run',
  restore: 'Restore',
  repair: 'Repair an old photograph',
  cancel: 'Cancel',
  compare: 'Switch between editor and result',
  view: 'View',
  views: { restore: 'Restore', scan: 'CT', batch: 'Batch', lab: 'Lab', learn: 'Learn' },
  palette: 'All commands…',
  larger: 'Larger interface',
  smaller: 'Smaller interface',
  usualSize: 'Interface in its usual size',
  fullScreen: 'Full screen',
  reload: 'Reload',
  developerTools: 'Developer tools',
  window: 'Window',
  minimize: 'Minimize',
  zoom: 'Zoom',
  front: 'Bring all to front',
  nextPicture: 'Next picture',
  previousPicture: 'Previous picture',
  services: 'Services',
  hide: 'Hide Langevin',
  hideOthers: 'Hide others',
  unhide: 'Show all',
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  showLog: 'Show log',
  report: 'Report a problem',
  checkUpdates: 'Check for updates…',
  about: 'About Langevin',
  runDone: 'The picture is restored.',
  runFailed: 'The picture could not be restored.',
  batchDone: 'The batch is done.',
  batchFailed: 'The batch has ended early.',
  pictures: 'Pictures',
  picturesAndProjects: 'Pictures and projects',
  scans: 'Slices',
  angles: 'Lists of angles',
  models: 'Networks',
  recipes: 'Recipes',
  everything: 'All files',
};

const german: NativeTexts = {
  file: 'Datei',
  open: 'Öffnen …',
  openRecent: 'Zuletzt geöffnet',
  clearRecent: 'Liste leeren',
  save: 'Speichern …',
  saveProject: 'Als Projekt speichern …',
  showInFolder: 'Im Ordner zeigen',
  showInFinder: 'Im Finder zeigen',
  closeTab: 'Bild schließen',
  reopenTab: 'Geschlossenes Bild wieder öffnen',
  closeWindow: 'Fenster schließen',
  settings: 'Einstellungen …',
  quit: 'Langevin beenden',
  edit: 'Bearbeiten',
  undo: 'Rückgängig',
  redo: 'Wiederholen',
  cut: 'Ausschneiden',
  copy: 'Kopieren',
  paste: 'Einfügen',
  selectAll: 'Alles auswählen',
  run: 'Ausführen',
  restore: 'Restaurieren',
  repair: 'Altes Foto reparieren',
  cancel: 'Abbrechen',
  compare: 'Zwischen Maske und Ergebnis wechseln',
  view: 'Ansicht',
  views: { restore: 'Restaurieren', scan: 'CT', batch: 'Stapel', lab: 'Labor', learn: 'Lernen' },
  palette: 'Alle Befehle …',
  larger: 'Oberfläche größer',
  smaller: 'Oberfläche kleiner',
  usualSize: 'Oberfläche in üblicher Größe',
  fullScreen: 'Vollbild',
  reload: 'Neu laden',
  developerTools: 'Entwicklerwerkzeuge',
  window: 'Fenster',
  minimize: 'Minimieren',
  zoom: 'Zoomen',
  front: 'Alle nach vorne bringen',
  nextPicture: 'Nächstes Bild',
  previousPicture: 'Voriges Bild',
  services: 'Dienste',
  hide: 'Langevin ausblenden',
  hideOthers: 'Andere ausblenden',
  unhide: 'Alle einblenden',
  help: 'Hilfe',
  shortcuts: 'Tastenkürzel',
  showLog: 'Protokoll zeigen',
  report: 'Problem melden',
  checkUpdates: 'Nach Aktualisierungen suchen …',
  about: 'Über Langevin',
  runDone: 'Das Bild ist restauriert.',
  runFailed: 'Das Bild konnte nicht restauriert werden.',
  batchDone: 'Der Stapel ist fertig.',
  batchFailed: 'Der Stapel ist vorzeitig beendet.',
  pictures: 'Bilder',
  picturesAndProjects: 'Bilder und Projekte',
  scans: 'Schichten',
  angles: 'Winkellisten',
  models: 'Netze',
  recipes: 'Rezepte',
  everything: 'Alle Dateien',
};

/** @param setting  of the app's settings; `system` follows the locale. */
export function nativeLanguage(setting: 'system' | 'en' | 'de', locale: string): 'en' | 'de' {
  if (setting !== 'system') return setting;
  return locale.slice(0, 2) === 'de' ? 'de' : 'en';
}

export function nativeTexts(language: 'en' | 'de'): NativeTexts {
  return language === 'de' ? german : english;
}
