import { join } from 'node:path';
import type { GradientCache } from '../../prior/derive-gradients.ts';
import { DetectorPool } from './detector-pool.ts';
import { diskCache } from './disk-cache.ts';
import type { Locations } from './locations.ts';
import { ModelStore } from './model-store.ts';
import { NetworkPool, type ChooseProvider } from './network-pool.ts';
import { ProviderProber } from './provider-prober.ts';
import type { EngineSpawn } from './spawn.ts';
import { Verdicts } from './verdicts.ts';

/** What the jobs of one engine process share. */
export interface EngineServices {
  readonly store: ModelStore;
  readonly networks: NetworkPool;
  readonly detectors: DetectorPool;
  readonly prober: ProviderProber;
  readonly gradientCache: GradientCache;
  readonly verdicts: Verdicts;
}

/** @param spawn  starts further engine processes, in which providers are probed. */
export function createServices(locations: Locations, spawn: EngineSpawn): EngineServices {
  const store = new ModelStore(locations);
  const prober = new ProviderProber(spawn, { cache: diskCache(join(locations.cache, 'probes')) });
  const gradientCache = diskCache(join(locations.cache, 'gradients'));
  const verdicts = new Verdicts(diskCache(join(locations.cache, 'verdicts')));
  const choose: ChooseProvider = (requested, model) => prober.choose(requested, model);
  const networks = new NetworkPool(store, choose, gradientCache, verdicts);
  const detectors = new DetectorPool(store);
  return { store, networks, detectors, prober, gradientCache, verdicts };
}
