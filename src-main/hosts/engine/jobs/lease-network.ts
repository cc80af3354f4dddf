import type { NetworkChoice } from '../../../contract/jobs.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { needsNetwork } from '../../../restore/restore.ts';
import type { NetworkLease } from '../network-pool.ts';
import type { EngineServices } from '../services.ts';

/** The network of a restoration, or none where its options ask for a fill alone: that starts at once. */
export async function leaseNetwork(
  networks: EngineServices['networks'],
  options: RestoreOptions,
  choice: NetworkChoice,
): Promise<Omit<NetworkLease, 'network'> & Partial<Pick<NetworkLease, 'network'>>> {
  if (needsNetwork(options)) return networks.lease(choice);
  return { messages: [], release: () => Promise.resolve() };
}
