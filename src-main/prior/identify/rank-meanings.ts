import { throwIfCancelled, type LangevinError } from '../../errors.ts';
import { RandomGenerator } from '../../tensor/random.ts';
import { tensor, type Tensor } from '../../tensor/tensor.ts';
import type { Manifest } from '../manifest.ts';
import type { ScoreNetwork } from '../score-network.ts';
import { sigmaSpaceNetwork, type NetworkBackend } from '../sigma-space.ts';
import type { Meaning } from './meaning.ts';

/** A meaning with what came of it. */
export interface RankedMeaning {
  readonly meaning: Meaning;
  /** Mean over pictures and noise levels of the PSNR of D on pictures in [−1, 1], dB. */
  readonly psnr: number;
  /** The same less the PSNR of the noisy pictures: how much noise D takes away, dB. */
  readonly gain: number;
}

export interface Ranking {
  /** Best first. */
  readonly ranked: readonly RankedMeaning[];
  /** The best that gives another D than the winner; undefined where there is none. */
  readonly rival: RankedMeaning | undefined;
  /** dB by which the winner is better than the rival. */
  readonly margin: number;
}

/** Noise levels on pictures in [−1, 1] that every family of networks has seen. */
export const rankingSigmas = [0.1, 0.3, 0.8, 2] as const;
/** Of a blind denoiser, which may know little more than one level. */
const blindSigmas = [0.05, 0.1, 0.2, 0.4] as const;

/** Tried on all pictures and levels; the rest has fallen behind on one. */
const finalists = 10;
/** Two meanings whose D differ by less than this share of their error are one for every purpose. */
const alike = 0.05;

/**
 * Ranks meanings by how well the network denoises under them. Many of them give the network the same numbers and differ in
 * what its answer is taken for: each evaluation is made once.
 * @param described  a manifest of the network with any meaning.
 * @param pictures   clean, [1, channels of the backend, h, w] in [−1, 1].
 */
export async function rankMeanings(
  backend: NetworkBackend,
  described: Manifest,
  meanings: readonly Meaning[],
  pictures: readonly Tensor[],
  signal: AbortSignal,
): Promise<Ranking> {
  const memory = new Map<string, Float32Array>();
  const trials = meanings.flatMap((meaning) => {
    try {
      const manifest: Manifest = {
        ...described,
        ...meaning,
        ...(meaning.range ? {} : { range: undefined }),
      } as Manifest;
      return [{ meaning, network: sigmaSpaceNetwork(manifest, remembering(backend, memory)) }];
    } catch (error) {
      if ((error as LangevinError).code !== 'invalid-manifest') throw error;
      return [];
    }
  });
  const isBlind = meanings.every(({ time }) => time.kind === 'none');
  const sigmas: readonly number[] = isBlind ? blindSigmas : rankingSigmas;
  const run = async (trial: (typeof trials)[number], samples: readonly Sample[]): Promise<Outcome> => {
    const answers: Float32Array[] = [];
    let psnr = 0;
    let gain = 0;
    for (const sample of samples) {
      throwIfCancelled(signal);
      const answer = await answerOf(trial.network, sample);
      answers.push(answer);
      const quality = -10 * Math.log10(meanSquare(answer, sample.clean.data) / 4);
      psnr += quality / samples.length;
      gain += (quality + 20 * Math.log10(sample.sigma / 2)) / samples.length;
    }
    return { ...trial, answers, psnr, gain };
  };
  const all = pictures.flatMap((clean, i) => sigmas.map((sigma, j) => noisy(clean, sigma, i, j)));
  // One picture at a level below the middle, another at one above.
  const first = all.filter((_, i) => i === 1 || i === sigmas.length + 2);
  const heats: Outcome[] = [];
  for (const trial of trials) heats.push(await run(trial, first));
  memory.clear();
  const finals: Outcome[] = [];
  for (const { meaning, network } of best(heats).slice(0, finalists)) {
    finals.push(await run({ meaning, network }, all));
  }
  const ranked = mostUsualFirst(best(finals), trials, all);
  const [winner] = ranked;
  const rival = ranked.slice(1).find((other) => !isAlike(winner, other, all));
  const strip = ({ meaning, psnr, gain }: Outcome): RankedMeaning => ({ meaning, psnr, gain });
  return {
    ranked: ranked.map(strip),
    rival: rival && strip(rival),
    margin: rival === undefined ? Infinity : winner.psnr - rival.psnr,
  };
}

/** Of the meanings that give the D of the best one, the one that was named first goes to the front. */
function mostUsualFirst(
  ranked: readonly Outcome[],
  named: readonly { readonly meaning: Meaning }[],
  samples: readonly Sample[],
): Outcome[] {
  const [winner] = ranked;
  const places = new Map(named.map(({ meaning }, i) => [meaning, i]));
  const place = ({ meaning }: Outcome): number => places.get(meaning) ?? Infinity;
  const first = ranked
    .filter((other) => other === winner || isAlike(winner, other, samples))
    .reduce((a, b) => (place(b) < place(a) ? b : a));
  return [first, ...ranked.filter((other) => other !== first)];
}

interface Sample {
  readonly clean: Tensor;
  readonly x: Tensor;
  readonly sigma: number;
}

interface Outcome extends RankedMeaning {
  readonly network: ScoreNetwork;
  readonly answers: readonly Float32Array[];
}

/** The better one first; of equal ones the more usual, which was named first. */
function best(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort((a, b) => b.psnr - a.psnr);
}

export function noisy(clean: Tensor, sigma: number, ...stream: [number, number]): Sample {
  const z = new Float32Array(clean.data.length);
  new RandomGenerator(0, ...stream).fillNormal(z);
  return {
    clean,
    sigma,
    x: tensor(
      clean.shape,
      clean.data.map((value, i) => value + sigma * z[i]),
    ),
  };
}

async function answerOf(network: ScoreNetwork, { x, sigma, clean }: Sample): Promise<Float32Array> {
  const { data } = await network.denoise(x, Float32Array.of(sigma));
  // An answer that is not a number is as wrong as can be.
  return data.every(Number.isFinite) ? data : clean.data.map(() => 1e6);
}

function isAlike(a: Outcome, b: Outcome, samples: readonly Sample[]): boolean {
  return a.answers.every((answer, i) => {
    const error = meanSquare(answer, samples[i].clean.data);
    return meanSquare(answer, b.answers[i]) <= alike * error + 1e-12;
  });
}

export function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** The backend, with what it was asked before. */
function remembering(backend: NetworkBackend, memory: Map<string, Float32Array>): NetworkBackend {
  return {
    provider: backend.provider,
    samplesPerRun: () => 1,
    ...(backend.fixedSize === undefined ? {} : { fixedSize: backend.fixedSize }),
    async evaluate(shape, x, time, output) {
      const key = [shape.join(), time[0], x[0], x[1], x[x.length >> 1], x[x.length - 1]].join(' ');
      const known = memory.get(key);
      if (known !== undefined) {
        output.set(known);
        return;
      }
      await backend.evaluate(shape, x, time, output);
      memory.set(key, output.slice());
    },
    dispose: async () => undefined,
  };
}
