/** What is said about newer versions. */
export interface UpdateTexts {
  readonly found: (version: string, own: string) => string;
  readonly newest: (own: string) => string;
  readonly ready: (version: string) => string;
  readonly notThisPackage: string;
  readonly failed: string;
  readonly fetch: string;
  readonly restart: string;
  readonly later: string;
}

const english: UpdateTexts = {
  found: (version, own) => `Langevin ${version} is there; you have ${own}.`,
  newest: (own) => `You have the newest version, ${own}.`,
  ready: (version) => `Langevin ${version} has been fetched and checked. It is installed when Langevin ends.`,
  notThisPackage:
    'This kind of package does not update itself. Look for a newer one where you got it (AppImage, deb, and the installers for Windows and macOS update themselves).',
  failed: 'It could not be found out whether there is a newer version, or it could not be fetched.',
  fetch: 'Fetch it',
  restart: 'Restart now',
  later: 'Later',
};

const german: UpdateTexts = {
  found: (version, own) => `Langevin ${version} ist da; Sie haben ${own}.`,
  newest: (own) => `Sie haben die neueste Version, ${own}.`,
  ready: (version) => `Langevin ${version} ist geladen und geprüft. Es wird installiert, wenn Langevin endet.`,
  notThisPackage:
    'Diese Art von Paket aktualisiert sich nicht selbst. Suchen Sie ein neueres, wo Sie es herhaben (AppImage, deb und die Installationsprogramme für Windows und macOS aktualisieren sich selbst).',
  failed: 'Ob es eine neuere Version gibt, war nicht zu erfahren, oder sie konnte nicht geladen werden.',
  fetch: 'Laden',
  restart: 'Jetzt neu starten',
  later: 'Später',
};

export function updateTexts(language: 'en' | 'de'): UpdateTexts {
  return language === 'de' ? german : english;
}
