import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import { compiledEntries, type ProcessEntries } from '../app/processes.ts';
import { defaultStateFolder } from '../app/state-folder.ts';
import { defaultLocations, type Locations } from '../engine/locations.ts';

/** Where the parts of the program are, packaged or not. */
export interface ProgramPlaces {
  readonly preload: string;
  readonly renderer: string;
  /** Text of the licences of all that the program contains. */
  readonly licences: string;
  readonly entries: ProcessEntries;
  readonly models: Locations;
  /** The user's settings and what is open: the same folder as the browser host's. */
  readonly state: string;
  /** What Chromium keeps for itself. */
  readonly profile: string;
}

/**
 * Models lie beside app.asar, because ONNX Runtime cannot read inside of it. The package has the processes as bundles,
 * which need no node_modules; otherwise they are as tsc compiled them, so that stacks name their sources.
 */
export function programPlaces(): ProgramPlaces {
  const root = app.getAppPath();
  const state = defaultStateFolder();
  const bundle = (name: string): URL => pathToFileURL(join(root, 'out', 'main', `${name}.js`));
  return {
    preload: join(root, 'out', 'preload', 'index.cjs'),
    renderer: join(root, 'out', 'renderer'),
    licences: join(root, 'out', 'licences.txt'),
    entries: app.isPackaged
      ? { engine: bundle('engine'), worker: bundle('pictures'), codec: bundle('codec'), healer: bundle('healing') }
      : compiledEntries(pathToFileURL(join(root, 'out', 'node', 'hosts', 'app', sep))),
    models: defaultLocations(join(app.isPackaged ? process.resourcesPath : root, 'models')),
    state,
    profile: join(state, 'desktop'),
  };
}
