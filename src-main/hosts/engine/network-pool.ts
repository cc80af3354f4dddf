import { createOnnxNetwork, type GradientCache, type OnnxProvider } from '../../prior/onnx.ts';
import type { ProviderChoice } from '../../prior/provider.ts';
import type { ScoreNetwork } from '../../prior/score-network.ts';
import type { FoundModel, ModelStore } from './model-store.ts';

export interface NetworkRequest {
  /** Name of a model or path of its folder. */
  readonly model: string;
  readonly provider: OnnxProvider | 'auto';
  readonly threads?: number | undefined;
}

/** The use of a network by one job. */
export interface NetworkLease {
  readonly network: ScoreNetwork;
  /** What the user must be told about the provider. */
  readonly messages: readonly string[];
  /** The job is done with it. Do not call `network.dispose`. */
  release(): Promise<void>;
}

/** Turns what was asked for into a provider that works. */
export type ChooseProvider = (requested: OnnxProvider | 'auto', model: FoundModel) => Promise<ProviderChoice>;

interface Entry {
  readonly network: Promise<ScoreNetwork>;
  leases: number;
}

/** Networks that no job uses but that stay loaded for the next one. */
const keptIdle = 1;

/** Opens networks for jobs and keeps the last one loaded, so that the next picture starts at once. */
export class NetworkPool {
  readonly #store: ModelStore;
  readonly #choose: ChooseProvider;
  readonly #gradientCache: GradientCache;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();

  constructor(store: ModelStore, choose: ChooseProvider, gradientCache: GradientCache) {
    this.#store = store;
    this.#choose = choose;
    this.#gradientCache = gradientCache;
  }

  /**
   * Opens a network for one job, or shares the one that is open.
   * @throws what ModelStore.load, chooseProvider and createOnnxNetwork throw
   */
  async lease({ model, provider: requested, threads }: NetworkRequest): Promise<NetworkLease> {
    const found = await this.#store.find(model);
    const { provider, messages } = await this.#choose(requested, found);
    const key = [found.folder, found.manifest.sha256, provider, threads ?? 'auto'].join('\n');
    const entry = this.#entries.get(key) ?? { network: this.#create(found, provider, threads), leases: 0 };
    entry.leases++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    let network: ScoreNetwork;
    try {
      network = await entry.network;
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      entry.leases--;
      await this.#trim();
    };
    return { network, messages, release };
  }

  async #create(found: FoundModel, provider: OnnxProvider, threads: number | undefined): Promise<ScoreNetwork> {
    const { manifest, bytes, externalData } = await this.#store.load(found.folder);
    return createOnnxNetwork(manifest, bytes, {
      provider,
      externalData,
      gradientCache: this.#gradientCache,
      ...(threads === undefined ? {} : { threads }),
    });
  }

  async #trim(): Promise<void> {
    const idle = [...this.#entries].filter(([, entry]) => entry.leases === 0);
    for (const [key, entry] of idle.slice(0, Math.max(0, idle.length - keptIdle))) {
      this.#entries.delete(key);
      await (await entry.network).dispose();
    }
  }
}
