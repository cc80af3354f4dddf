/** Entry of Electron's main process. */
import { app, dialog } from 'electron';
import { toLangevinError } from '../../errors.ts';
import { registerAppScheme } from './app-protocol.ts';
import { DesktopApp } from './desktop-app.ts';
import { guardNavigation } from './web-guards.ts';

app.enableSandbox();
registerAppScheme();
guardNavigation();

if (app.requestSingleInstanceLock()) {
  const desktop = new DesktopApp();
  desktop.listen();
  app
    .whenReady()
    .then(() => desktop.start())
    .catch((error: unknown) => {
      dialog.showErrorBox('Langevin', toLangevinError(error).message);
      app.exit(1);
    });
} else {
  // The first one has been told what to open.
  app.quit();
}
