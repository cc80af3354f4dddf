/** Entry of Electron's main process. */
import { mkdirSync } from 'node:fs';
import { app, dialog } from 'electron';
import { toLangevinError } from '../../errors.ts';
import { registerAppScheme } from './app-protocol.ts';
import { DesktopApp } from './desktop-app.ts';
import { programPlaces } from './locations.ts';
import { guardNavigation } from './web-guards.ts';

try {
  begin();
} catch (error) {
  fail(error);
}

function begin(): void {
  app.enableSandbox();
  registerAppScheme();
  guardNavigation();
  const places = programPlaces();
  // Before the lock, which lies in it.
  mkdirSync(places.profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', places.profile);
  if (!app.requestSingleInstanceLock()) {
    // The first one has been told what to open.
    app.quit();
    return;
  }
  const desktop = new DesktopApp(places);
  desktop.listen();
  app
    .whenReady()
    .then(() => desktop.start())
    .catch(fail);
}

function fail(error: unknown): void {
  dialog.showErrorBox('Langevin', toLangevinError(error).message);
  app.exit(1);
}
