import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuzzRandom } from './fuzz-random.ts';
import { streamOf } from './stream.ts';
import { FAULTS, type FaultKind, type FuzzTarget } from './target.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly first: number;
  readonly cases: number;
  /** Longest time, seconds; absent: until all cases are through. */
  readonly seconds: number | undefined;
}

export interface SeenFault {
  readonly kind: FaultKind;
  readonly index: number;
  readonly what: string;
}

/** What came of attacking one target. */
export interface CampaignReport {
  readonly target: string;
  readonly title: string;
  readonly seed: number;
  readonly first: number;
  readonly tried: number;
  readonly asked: number;
  readonly seconds: number;
  /** How often each fault was seen. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** The first of them. */
  readonly examples: readonly SeenFault[];
  readonly outcomes: Readonly<Record<string, number>>;
}

const KEPT_EXAMPLES = 20;

/** Attacks one target. @param onProgress  told the number of cases that are through. */
export async function campaign(
  target: FuzzTarget,
  { seed, first, cases, seconds }: CampaignOptions,
  onProgress: (tried: number) => void,
): Promise<CampaignReport> {
  const scratch = await mkdtemp(join(tmpdir(), `langevin-fuzz-${target.name}-`));
  const start = Date.now();
  const deadline = seconds === undefined ? Infinity : start + seconds * 1000;
  const faults = Object.fromEntries(FAULTS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const examples: SeenFault[] = [];
  const outcomes: Record<string, number> = {};
  let tried = 0;
  const fault = (kind: FaultKind, index: number, what: string): void => {
    faults[kind]++;
    if (examples.length < KEPT_EXAMPLES) examples.push({ kind, index, what });
  };
  try {
    await target.run({
      ...{ seed, first, cases, scratch, fault },
      random: (index) => new FuzzRandom(seed, streamOf(target.name), index),
      isOver: () => Date.now() > deadline,
      tried: (outcome) => {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        onProgress(++tried);
      },
    });
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  const took = (Date.now() - start) / 1000;
  const { name, title } = target;
  return { target: name, title, seed, first, tried, asked: cases, seconds: took, faults, examples, outcomes };
}

export function faultCount({ faults }: CampaignReport): number {
  return Object.values(faults).reduce((sum, count) => sum + count, 0);
}
