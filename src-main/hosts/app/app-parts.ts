import { join } from 'node:path';
import type { AppEvent } from '../../contract/app/events.ts';
import { Adjustments } from './adjustments.ts';
import { Batches } from './batches/batches.ts';
import { Folders } from './batches/folders.ts';
import { Documents } from './documents.ts';
import { FileStore } from './file-store.ts';
import { Healings } from './healing/healings.ts';
import { Finds } from './finds.ts';
import { InstalledModels } from './installed-models.ts';
import { Labs } from './labs/labs.ts';
import { Models } from './models.ts';
import { PartStore } from './part-store.ts';
import { Pictures } from './pictures.ts';
import type { AppProcesses } from './processes.ts';
import { Projects } from './projects.ts';
import { RecentFiles } from './recent-files.ts';
import { Recipes } from './recipes.ts';
import { RecentThumbnails } from './recent-thumbnails.ts';
import { ResultStore } from './result-store.ts';
import { Results } from './results.ts';
import { Planner } from './runs/planner.ts';
import { KeptRuns } from './runs/kept-runs.ts';
import { Runs } from './runs/runs.ts';
import { SpeedBook } from './runs/speed-book.ts';
import { SessionHolder } from './session-holder.ts';
import { SessionStore } from './session-store.ts';
import { SettingsStore } from './settings-store.ts';
import type { AppShell } from './shell.ts';
import { dataFolder } from '../engine/locations.ts';
import { Scratch } from '../engine/scratch.ts';
import { RecipeStore } from '../recipes/recipe-store.ts';
import { Turns } from '../engine/turns.ts';
import { Unsaved } from './unsaved.ts';

export interface AppServiceOptions extends AppProcesses {
  readonly shell: AppShell;
  /** Settings, recent files and speeds. */
  readonly stateFolder: string;
  /** What is open; nobody else's. */
  readonly sessionFolder: string;
  /** People's own recipes; absent: where the platform keeps such things. */
  readonly recipesFolder?: string;
  /** Folders that batches may read and write without being asked for by a dialog. */
  readonly folders?: readonly string[];
}

/** What the service is made of. */
export interface AppParts {
  readonly files: FileStore;
  readonly documents: Documents;
  readonly pictures: Pictures;
  readonly partStore: PartStore;
  readonly resultStore: ResultStore;
  readonly results: Results;
  readonly runs: Runs;
  readonly unsaved: Unsaved;
  readonly healings: Healings;
  readonly planner: Planner;
  readonly adjustments: Adjustments;
  readonly recipes: Recipes;
  readonly finds: Finds;
  readonly labs: Labs;
  readonly models: Models;
  readonly installed: InstalledModels;
  readonly settings: SettingsStore;
  readonly session: SessionStore;
  readonly holder: SessionHolder;
  readonly projects: Projects;
  readonly folders: Folders;
  readonly batches: Batches;
}

/** @param emit  tells the pages what happens. */
export function createParts(options: AppServiceOptions, emit: (event: AppEvent) => void): AppParts {
  const { shell, engine, worker, modeller, codec, healer, stateFolder, sessionFolder } = options;
  const turns = new Turns();
  const files = new FileStore(join(sessionFolder, 'files'));
  const partStore = new PartStore(join(sessionFolder, 'parts'));
  const pictures = new Pictures(files, worker, partStore);
  const resultStore = new ResultStore(join(sessionFolder, 'results'));
  const speeds = new SpeedBook(join(stateFolder, 'speeds.json'));
  const planner = new Planner({ engine, modeller, turns, pictures, speeds });
  const healings = new Healings({
    ...{ engine, healer, turns, files, parts: partStore, shell, emit },
    folder: join(sessionFolder, 'healing'),
  });
  const runs = new Runs({
    ...{ engine, turns, files, results: resultStore, emit },
    kept: new KeptRuns(join(sessionFolder, 'runs.msgpack')),
    layersOf: (file) => healings.layersOf(file),
    planOf: (request) => planner.plan(request),
    // A speed that cannot be noted is measured again.
    onDone: (request, snapshot) => void planner.learn(request, snapshot).catch(() => undefined),
  });
  const folders = new Folders(join(sessionFolder, 'uploads'), options.folders ?? []);
  const session = new SessionStore(join(sessionFolder, 'session.msgpack'), files);
  const settings = new SettingsStore(join(stateFolder, 'settings.json'), shell.settingsChanged);
  const results = new Results({
    ...{ store: resultStore, parts: partStore, files, worker, shell, fileOf: (run) => runs.fileOf(run) },
    documentOf: (run) => runs.documentOf(run),
    optionsOf: (run) => runs.read(run).report?.options,
    dragFolder: join(sessionFolder, 'dragged'),
  });
  return {
    ...{ files, pictures, partStore, resultStore, results, runs, healings, planner, folders, session, settings },
    unsaved: new Unsaved({ runs, results, files, session, settings }),
    projects: new Projects({
      files,
      runs,
      results: resultStore,
      healings,
      worker,
      program: `langevin ${shell.version}`,
    }),
    labs: new Labs({ engine, turns, files, folders, emit, isConfined: shell.dialogs === undefined }),
    adjustments: new Adjustments({ files, worker, layersOf: (file) => healings.layersOf(file) }),
    recipes: new Recipes({
      ...{ files, worker, shell },
      store: new RecipeStore(options.recipesFolder ?? join(dataFolder(), 'recipes')),
    }),
    finds: new Finds({ engine, files, emit }),
    models: new Models(modeller),
    installed: new InstalledModels({ engine, turns, folders, emit }),
    holder: new SessionHolder({ emit }),
    documents: new Documents(
      files,
      new RecentFiles(join(stateFolder, 'recent.json'), join(stateFolder, 'recent')),
      new RecentThumbnails(join(stateFolder, 'thumbnails'), worker),
      shell,
    ),
    batches: new Batches({
      ...{ engine, codec, turns, files, folders, emit, program: `langevin ${shell.version}` },
      ...{ isConfined: shell.dialogs === undefined, scratch: new Scratch(join(sessionFolder, 'batch')) },
    }),
  };
}
