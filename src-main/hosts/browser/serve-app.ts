import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LangevinError } from '../../errors.ts';
import { AppService } from '../app/app-service.ts';
import { compiledEntries, createProcesses, type AppProcesses } from '../app/processes.ts';
import { claimSessionFolder, defaultStateFolder } from '../app/state-folder.ts';
import { defaultLocations, type Locations } from '../engine/locations.ts';
import { nodeSpawn } from '../engine/spawn.ts';
import { PageKeys } from './page-keys.ts';
import { BrowserServer } from './server.ts';

export interface ServeOptions {
  readonly version: string;
  /** 0: any that is free; absent: where the last host of this session was, or any if that is taken. */
  readonly port?: number | undefined;
  /** Folders that batches may use. */
  readonly folders: readonly string[];
  /** Built renderer; default: out/renderer of this package. */
  readonly renderer?: string;
  readonly stateFolder?: string;
  readonly locations?: Locations;
  readonly onPages?: (count: number) => void;
}

export interface ServedApp {
  readonly server: BrowserServer;
  readonly service: AppService;
  readonly processes: AppProcesses;
  close(): Promise<void>;
}

const logFault = (error: unknown): void => console.error(error);

/** Compiled folder of hosts/app: from out/node/hosts/browser, or from the sources (in tests). */
const APP = new URL(import.meta.url.endsWith('.ts') ? '../../../out/node/hosts/app/' : '../app/', import.meta.url);
const RENDERER = fileURLToPath(new URL('../../../renderer/', APP));

/**
 * The app for a browser on this machine.
 * @throws file-not-found when the renderer has not been built; invalid-argument when the port is taken.
 */
export async function serveApp(options: ServeOptions): Promise<ServedApp> {
  const { version, port, folders, renderer = RENDERER, stateFolder = defaultStateFolder(), onPages } = options;
  if (!existsSync(join(renderer, 'index.html'))) {
    throw new LangevinError('file-not-found', `The app has not been built (${renderer} is empty); run: npm run build`);
  }
  const session = await claimSessionFolder(join(stateFolder, 'sessions'));
  try {
    const processes = createProcesses(
      (entry, args) => nodeSpawn(entry, args),
      compiledEntries(APP),
      options.locations ?? defaultLocations(),
    );
    const service = await AppService.open({
      ...{ ...processes, stateFolder, folders },
      shell: { kind: 'browser', version, logFault },
      sessionFolder: session.path,
    });
    const keys = await PageKeys.open(join(session.path, 'pages.json'));
    const listen = (wanted: number): Promise<BrowserServer> =>
      BrowserServer.listen({ service, renderer, port: wanted, keys, onPages, logFault });
    // Pages that are still open look for their host where it was.
    const server = await listen(port ?? keys.port ?? 0).catch((error: unknown) => {
      if (port !== undefined) throw error;
      return listen(0);
    });
    return {
      server,
      service,
      processes,
      close: async () => {
        await server.close();
        await service.close();
        await session.release();
      },
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}
