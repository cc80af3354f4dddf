/** What is said when the program itself is at fault. */
export interface FaultTexts {
  readonly fault: string;
  readonly pageLost: string;
  readonly unresponsive: string;
  readonly notLoaded: string;
  readonly noSending: string;
  readonly copied: string;
  readonly goOn: string;
  readonly wait: string;
  readonly reopen: string;
  readonly showLog: string;
  readonly report: string;
}

const english: FaultTexts = {
  fault: 'Something in Langevin has failed. What is open is kept; you can go on.',
  pageLost: 'The window fails again and again. What is open is kept; it comes back when the window is opened anew.',
  unresponsive: 'The window does not answer.',
  notLoaded: 'The window could not be loaded. The program may be damaged: install it again.',
  noSending: 'Nothing is sent anywhere.',
  copied:
    'A report is in the clipboard, without names of your pictures. Paste it where you tell of the problem. Nothing was sent.',
  goOn: 'Go on',
  wait: 'Wait',
  reopen: 'Open the window anew',
  showLog: 'Show log',
  report: 'Report a problem',
};

const german: FaultTexts = {
  fault: 'In Langevin ist etwas fehlgeschlagen. Was offen ist, bleibt erhalten; Sie können weiterarbeiten.',
  pageLost:
    'Das Fenster fällt immer wieder aus. Was offen ist, bleibt erhalten und kommt mit einem neuen Fenster wieder.',
  unresponsive: 'Das Fenster antwortet nicht.',
  notLoaded:
    'Das Fenster konnte nicht geladen werden. Vielleicht ist das Programm beschädigt: installieren Sie es neu.',
  noSending: 'Es wird nirgendwohin etwas gesendet.',
  copied:
    'Ein Bericht ist in der Zwischenablage, ohne Namen Ihrer Bilder. Fügen Sie ihn ein, wo Sie das Problem schildern. Es wurde nichts gesendet.',
  goOn: 'Weiter',
  wait: 'Warten',
  reopen: 'Fenster neu öffnen',
  showLog: 'Protokoll zeigen',
  report: 'Problem melden',
};

export function faultTexts(language: 'en' | 'de'): FaultTexts {
  return language === 'de' ? german : english;
}
