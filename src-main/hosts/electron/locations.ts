import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import { defaultLocations, type Locations } from '../engine/locations.ts';

/** Where the parts of the program are, packaged or not. */
export interface ProgramPlaces {
  readonly preload: string;
  readonly renderer: string;
  /** Compiled folder of hosts/app, which the processes' entries are relative to. */
  readonly app: URL;
  readonly models: Locations;
  /** The user's settings and what is open. */
  readonly state: string;
}

/** Models lie beside app.asar, because ONNX Runtime cannot read inside of it. */
export function programPlaces(): ProgramPlaces {
  const root = app.getAppPath();
  const models = app.isPackaged ? join(process.resourcesPath, 'models') : join(root, 'models');
  return {
    preload: join(root, 'out', 'preload', 'index.cjs'),
    renderer: join(root, 'out', 'renderer'),
    app: pathToFileURL(join(root, 'out', 'node', 'hosts', 'app', '/')),
    models: defaultLocations(models),
    state: app.getPath('userData'),
  };
}
