import { LangevinError } from '../../errors.ts';
import type { GradientCache } from '../../prior/derive-gradients.ts';
import { createOnnxNetwork, type OnnxProvider } from '../../prior/onnx.ts';
import type { ProviderChoice } from '../../prior/provider.ts';
import type { ScoreNetwork } from '../../prior/score-network.ts';
import { createTfjsNetwork } from '../../prior/tfjs.ts';
import type { Verdicts } from './verdicts.ts';
import type { FoundModel, LoadedModel, ModelStore } from './model-store.ts';

type Requested = OnnxProvider | 'auto';

export interface NetworkRequest {
  /** Name of a model or path of its folder. */
  readonly model: string;
  readonly provider: Requested;
  readonly threads?: number | undefined;
}

/** The use of a network by one job. */
export interface NetworkLease {
  /** That of `messages` which is of an earlier check, or of there being none. */
  readonly verdict?: string | undefined;
  readonly network: ScoreNetwork;
  /** What the user must be told about the provider. */
  readonly messages: readonly string[];
  /** The job is done with it. Do not call `network.dispose`. */
  release(): Promise<void>;
}

/** Turns what was asked for into a provider that works. */
export type ChooseProvider = (requested: Requested, model: FoundModel) => Promise<ProviderChoice>;

interface Opened {
  readonly network: ScoreNetwork;
  readonly messages: readonly string[];
}

interface Entry {
  readonly opened: Promise<Opened>;
  leases: number;
}

/** How a network is opened, and by which key it is shared. */
interface Opening {
  readonly key: string;
  readonly messages: readonly string[];
  create(loaded: LoadedModel): Promise<Opened>;
}

/** Networks that no job uses but that stay loaded for the next one. */
const keptIdle = 1;

/** Opens networks for jobs and keeps the last one loaded, so that the next picture starts at once. */
export class NetworkPool {
  readonly #store: ModelStore;
  readonly #choose: ChooseProvider;
  readonly #gradientCache: GradientCache;
  readonly #verdicts: Verdicts;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();

  constructor(store: ModelStore, choose: ChooseProvider, gradientCache: GradientCache, verdicts: Verdicts) {
    this.#store = store;
    this.#choose = choose;
    this.#gradientCache = gradientCache;
    this.#verdicts = verdicts;
  }

  /**
   * Opens a network for one job, or shares the one that is open. The manifest's format says what runs it: a provider
   * of ONNX Runtime, or TensorFlow.js with the best backend it has.
   * @throws what ModelStore.load, chooseProvider, createOnnxNetwork and createTfjsNetwork throw
   */
  async lease({ model, provider: requested, threads }: NetworkRequest): Promise<NetworkLease> {
    const found = await this.#store.find(model);
    const open =
      found.manifest.format === 'onnx' ? await this.#onnx(found, requested, threads) : tfjs(found, requested);
    const entry = this.#entries.get(open.key) ?? { opened: this.#create(found, open.create), leases: 0 };
    entry.leases++;
    this.#entries.delete(open.key);
    this.#entries.set(open.key, entry);
    let opened: Opened;
    try {
      opened = await entry.opened;
    } catch (error) {
      this.#entries.delete(open.key);
      throw error;
    }
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      entry.leases--;
      await this.#trim();
    };
    const warning = await this.#verdicts.warning(found);
    const messages = [...(warning === undefined ? [] : [warning]), ...open.messages, ...opened.messages];
    return { network: opened.network, messages, verdict: warning, release };
  }

  async #onnx(found: FoundModel, requested: Requested, threads: number | undefined): Promise<Opening> {
    const { provider, messages } = await this.#choose(requested, found);
    return {
      key: [found.folder, found.manifest.sha256, provider, threads ?? 'auto'].join('\n'),
      messages,
      create: async ({ manifest, bytes, externalData }) => {
        const network = await createOnnxNetwork(manifest, bytes, {
          provider,
          externalData,
          gradientCache: this.#gradientCache,
          ...(threads === undefined ? {} : { threads }),
        });
        return { network, messages: [] };
      },
    };
  }

  async #create(found: FoundModel, create: Opening['create']): Promise<Opened> {
    return create(await this.#store.load(found.folder));
  }

  async #trim(): Promise<void> {
    const idle = [...this.#entries].filter(([, entry]) => entry.leases === 0);
    for (const [key, entry] of idle.slice(0, Math.max(0, idle.length - keptIdle))) {
      this.#entries.delete(key);
      await (await entry.opened).network.dispose();
    }
  }
}

/** @throws provider-unavailable for providers that only ONNX Runtime has. */
function tfjs({ manifest, folder }: FoundModel, requested: Requested): Opening {
  if (requested !== 'auto' && requested !== 'cpu') {
    throw new LangevinError(
      'provider-unavailable',
      `The model ${manifest.name} is in TensorFlow.js form (${manifest.format}), which does not run on ${requested}. ` +
        'Use --provider auto, or a model in ONNX form.',
    );
  }
  return {
    key: [folder, manifest.sha256, 'tfjs'].join('\n'),
    messages: [],
    create: ({ bytes, externalData }) => createTfjsNetwork(manifest, bytes, externalData),
  };
}
