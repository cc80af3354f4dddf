import { arch, availableParallelism, release } from 'node:os';
import { LangevinError } from '../../errors.ts';
import type { OnnxProvider } from '../../prior/onnx.ts';
import { chooseProvider, providerCandidates, type ProbeReport, type ProviderChoice } from '../../prior/provider.ts';
import { whyAbsent } from './absent-provider.ts';
import type { DiskCache } from './disk-cache.ts';
import { EngineClient } from './engine-client.ts';
import { INSPECTION_LIMITS } from './job-limits.ts';
import type { FoundModel } from './model-store.ts';
import type { EngineSpawn } from './spawn.ts';

/** The job that probing runs in a process of its own. */
export interface ProbeJobs {
  readonly probe: {
    readonly payload: { model: string; provider: OnnxProvider; threads?: number | undefined; seconds: number };
    readonly event: never;
    readonly result: ProbeReport;
  };
}

export interface ProberOptions {
  /** How long one provider may take to answer, in milliseconds; what it may compute is limited besides. */
  readonly timeoutMs?: number;
  /** Says at once why a provider cannot work here. */
  readonly whyAbsent?: (provider: OnnxProvider) => string | undefined;
  /** Keeps reports between runs of the program on one machine. */
  readonly cache?: DiskCache;
}

/** Drivers come and go: an old report is not believed. */
const reportLifeMs = 7 * 24 * 3600 * 1000;

/** What probing may compute beyond measuring speed: a busy machine makes it take longer, and nothing slower. */
const WORK_MS = 20_000;

/** How long choosing a provider measures its speed; `doctor` takes longer and is more exact. */
const quickSeconds = 0.3;

/**
 * Finds out which providers work, each in an engine process of its own, so that a driver that crashes or hangs is a
 * finding and not the end of the program. Reports are kept in the process, and on disk where a cache is given.
 */
export class ProviderProber {
  readonly #spawn: EngineSpawn;
  readonly #timeoutMs: number;
  readonly #whyAbsent: (provider: OnnxProvider) => string | undefined;
  readonly #cache: DiskCache | undefined;
  readonly #known = new Map<string, Promise<ProbeReport>>();

  constructor(spawn: EngineSpawn, options: ProberOptions = {}) {
    const { timeoutMs = 60_000, cache } = options;
    this.#spawn = spawn;
    this.#timeoutMs = timeoutMs;
    this.#whyAbsent = options.whyAbsent ?? whyAbsent;
    this.#cache = cache;
  }

  /** Decides what `model` runs on; see `chooseProvider`. @throws provider-unavailable */
  choose(requested: OnnxProvider | 'auto', model: FoundModel): Promise<ProviderChoice> {
    return chooseProvider(requested, providerCandidates(process.platform), (provider) =>
      this.#remembered(model, provider),
    );
  }

  /** Probes now, whatever is known, measuring the speed for `seconds`, and remembers the report. */
  async probe(model: FoundModel, provider: OnnxProvider, seconds: number, threads?: number): Promise<ProbeReport> {
    const report = await this.#ask(model, provider, seconds, threads);
    const key = reportKey(model, provider);
    this.#known.set(key, Promise.resolve(report));
    await this.#cache?.put(key, new TextEncoder().encode(JSON.stringify({ time: Date.now(), report })));
    return report;
  }

  #remembered(model: FoundModel, provider: OnnxProvider): Promise<ProbeReport> {
    const key = reportKey(model, provider);
    let report = this.#known.get(key);
    if (report === undefined) {
      report = this.#stored(key).then((stored) => stored ?? this.probe(model, provider, quickSeconds));
      this.#known.set(key, report);
      report.catch(() => this.#known.delete(key));
    }
    return report;
  }

  async #stored(key: string): Promise<ProbeReport | undefined> {
    const bytes = await this.#cache?.get(key);
    if (bytes === undefined) return undefined;
    const { time, report } = JSON.parse(new TextDecoder().decode(bytes)) as { time: number; report: ProbeReport };
    return Math.abs(Date.now() - time) < reportLifeMs ? report : undefined;
  }

  async #ask(model: FoundModel, provider: OnnxProvider, seconds: number, threads?: number): Promise<ProbeReport> {
    const absent = this.#whyAbsent(provider);
    if (absent !== undefined) return { provider, usable: false, reason: absent };
    const engine = new EngineClient<ProbeJobs>(this.#spawn, { patienceMs: 0 });
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const job = { model: model.folder, provider, threads, seconds };
      const workMs = WORK_MS + 2 * availableParallelism() * 1000 * seconds;
      return await engine.result('probe', job, { signal, limits: { ...INSPECTION_LIMITS, workMs } });
    } catch (error) {
      if (!(error instanceof LangevinError)) throw error;
      if (error.code === 'cancelled') {
        return { provider, usable: false, reason: `it did not answer within ${this.#timeoutMs / 1000} seconds` };
      }
      if (error.code === 'time-limit') {
        return { provider, usable: false, reason: 'it computes without an end in sight' };
      }
      if (error.code === 'engine-crashed' || error.code === 'memory-limit') {
        return { provider, usable: false, reason: `it takes its process down: ${error.message.split('. ', 1)[0]}` };
      }
      throw error;
    } finally {
      await engine.dispose();
    }
  }
}

function reportKey({ manifest }: FoundModel, provider: OnnxProvider): string {
  return ['probe', provider, manifest.sha256, process.platform, release(), arch()].join(' ');
}
