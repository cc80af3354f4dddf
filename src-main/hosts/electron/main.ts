/** Entry of Electron's main process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { toLangevinError } from '../../errors.ts';
import { registerAppScheme } from './app-protocol.ts';
import { DesktopApp } from './desktop-app.ts';
import { Faults } from './faults.ts';
import { programPlaces } from './locations.ts';
import { LogFile } from './log-file.ts';
import { ownStart } from './opened-files.ts';
import { guardNavigation } from './web-guards.ts';

let faults: Faults | undefined;
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
  faults = new Faults(new LogFile(join(places.state, 'logs', 'desktop.log')));
  faults.listen();
  // What notifications and the taskbar's button are told apart by: `appId` of electron-builder.yml.
  app.setAppUserModelId('io.langevin.app');
  if (!app.requestSingleInstanceLock(ownStart())) {
    // The first one has been told what to open.
    app.quit();
    return;
  }
  const desktop = new DesktopApp(places, faults);
  desktop.listen();
  app
    .whenReady()
    .then(() => desktop.start())
    .catch(fail);
}

function fail(error: unknown): void {
  faults?.note(error);
  dialog.showErrorBox('Langevin', toLangevinError(error).message);
  app.exit(1);
}
