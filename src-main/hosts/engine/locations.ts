import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LangevinError } from '../../errors.ts';

const absolutePath = z.string().refine(isAbsolute, 'must be an absolute path');

/** Folders the engine works with; a host passes them to the engine process as JSON. */
export const locationsSchema = z.strictObject({
  /** Folders of model folders, the first one that has a model wins. */
  models: z.array(z.strictObject({ folder: absolutePath, origin: z.enum(['environment', 'user', 'shipped']) })),
  /** What can be computed again: differentiated networks, probe results. */
  cache: absolutePath,
});
export type Locations = z.infer<typeof locationsSchema>;

/**
 * Where things are by the customs of the platform: user models in `$XDG_DATA_HOME/langevin/models` (macOS
 * `~/Library/Application Support`, Windows `%LOCALAPPDATA%`), the cache in `$XDG_CACHE_HOME/langevin` and so on. The
 * environment variable LANGEVIN_MODELS lists further folders that come first, separated as in PATH.
 * @param shipped  the program's own models; by default the folder `models` beside the package.json above this file.
 */
export function defaultLocations(
  shipped: string = shippedModels(),
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): Locations {
  const data = dataFolder(env, platform, home);
  const cache =
    platform === 'win32'
      ? join(data, 'cache')
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches', 'langevin')
        : join(absoluteFrom(env, 'XDG_CACHE_HOME', join(home, '.cache')), 'langevin');
  const extra = (env.LANGEVIN_MODELS ?? '').split(delimiter).filter((folder) => folder !== '');
  const relative = extra.find((folder) => !isAbsolute(folder));
  if (relative !== undefined) {
    throw new LangevinError(
      'invalid-argument',
      `LANGEVIN_MODELS contains "${relative}"; it must list absolute paths, separated by "${delimiter}".`,
    );
  }
  return {
    models: [
      ...extra.map((folder) => ({ folder, origin: 'environment' as const })),
      { folder: join(data, 'models'), origin: 'user' },
      { folder: shipped, origin: 'shipped' },
    ],
    cache,
  };
}

/** People's own models and recipes, by the customs of the platform. */
export function dataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (platform === 'win32') return join(absoluteFrom(env, 'LOCALAPPDATA', join(home, 'AppData', 'Local')), 'langevin');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'langevin');
  return join(absoluteFrom(env, 'XDG_DATA_HOME', join(home, '.local', 'share')), 'langevin');
}

function absoluteFrom(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? value : fallback;
}

/** The folder `models` of the package this file belongs to, compiled or not. */
function shippedModels(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return join(folder, 'models');
}
