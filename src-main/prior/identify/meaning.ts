import { betaTable, tableSigmas } from '../beta-table.ts';
import type { BetaSchedule, Manifest } from '../manifest.ts';

/** What a network's numbers mean: the part of a manifest that is in no ONNX file. */
export type Meaning = Pick<Manifest, 'time' | 'prediction' | 'sde'> & { readonly range?: [number, number] };

/** What is known of it beforehand: from flags, or files beside the network. */
export type KnownMeaning = {
  readonly [K in keyof Meaning]?: Meaning[K] | undefined;
};

/** What the file shows of its input for the noise level. */
export interface TimeEvidence {
  readonly kind: 'none' | 'map' | 'integer' | 'number';
}

const VP = { name: 'vp', betaMin: 0.1, betaMax: 20 } as const;

/** Tables that DDPMs are trained with: by Ho et al., latent diffusion, Nichol & Dhariwal, diffusers, lucidrains. */
const tables: readonly BetaSchedule[] = (
  [
    ['linear', 1e-4, 0.02],
    ['squaredcos_cap_v2', 1e-4, 0.02],
    ['scaled_linear', 0.00085, 0.012],
    ['sigmoid', 1e-4, 0.02],
    ['logsnr_sigmoid', 1e-4, 0.02],
  ] as const
).map(([schedule, first, last]) => ({ schedule, first, last, count: 1000, zeroSnr: false }));

const signed: [number, number] = [-1, 1];
const unit: [number, number] = [0, 1];
const bytes: [number, number] = [0, 255];

/** Every meaning that networks of the usual families have and that agrees with what is known, the most usual ones first. */
export function possibleMeanings(known: KnownMeaning, evidence: TimeEvidence): Meaning[] {
  const given = known.time === undefined ? undefined : [known.time];
  const plainTimes = given ?? timesOfPlainStates(evidence);
  const plain = plainTimes.flatMap((time) =>
    (['edm', 've'] as const).flatMap((name) =>
      // They differ in what t means only.
      name === 've' && time.kind !== 't' && known.sde?.name !== 've'
        ? []
        : combine([time], { name }, ['denoised', 'epsilon', 'score', 'residual'], [signed, unit, bytes]),
    ),
  );
  const isBlind = evidence.kind === 'none' || evidence.kind === 'map';
  const others = isBlind
    ? []
    : [
        ...combine(
          given ?? [...tables.map((betas) => ({ kind: 'ddpm-index', betas }) as const), ...scaledTimes()],
          VP,
          ['epsilon', 'v', 'denoised', 'score'],
          [signed, unit],
        ),
        ...combine(
          given ?? scaledTimes(),
          { name: 'subvp', betaMin: 0.1, betaMax: 20 },
          ['score', 'epsilon'],
          [signed],
        ),
        ...combine(
          given ?? [{ kind: 'log_sigma/4' }, { kind: 'log_sigma', factor: 250 }, { kind: 'log_sigma', factor: 1 }],
          { name: 'edm' },
          ['edm-F'],
          [signed],
        ),
        ...([0, 1] as const).flatMap((dataAt) =>
          combine(given ?? scaledTimes(), { name: 'flow', dataAt }, ['velocity', 'denoised', 'epsilon'], [signed]),
        ),
      ];
  return [...plain, ...others].filter((meaning) => agrees(meaning, known));
}

function timesOfPlainStates({ kind }: TimeEvidence): Meaning['time'][] {
  if (kind === 'none') return [{ kind: 'none' }];
  if (kind === 'map') return [{ kind: 'sigma' }];
  if (kind === 'integer') return [];
  return [
    { kind: 'sigma' },
    { kind: 'log_sigma/4' },
    { kind: 'log_sigma', factor: 1 },
    { kind: 'log_sigma', factor: 250 },
  ];
}

function scaledTimes(): Meaning['time'][] {
  return [1, 999, 1000].map((factor) => ({ kind: 't', factor }));
}

function combine(
  times: readonly Meaning['time'][],
  sde: Meaning['sde'],
  predictions: readonly Meaning['prediction'][],
  ranges: readonly [number, number][],
): Meaning[] {
  return times.flatMap((time) =>
    predictions.flatMap((prediction) =>
      ranges.map((range) => ({ time, prediction, sde, ...(range === signed ? {} : { range }) })),
    ),
  );
}

function agrees(meaning: Meaning, known: KnownMeaning): boolean {
  if (known.prediction !== undefined && known.prediction !== meaning.prediction) return false;
  if (known.sde !== undefined && !sameSde(known.sde, meaning.sde)) return false;
  if (known.time?.kind === 'ddpm-index' && meaning.sde.name !== 'vp') return false;
  if (known.time?.kind === 't' && meaning.sde.name === 'edm') return false;
  const [black, white] = meaning.range ?? signed;
  return known.range === undefined || (known.range[0] === black && known.range[1] === white);
}

/** VE and EDM are one where the time is no t of theirs. */
function sameSde(known: Meaning['sde'], meant: Meaning['sde']): boolean {
  if (known.name !== meant.name) return false;
  return known.name !== 'flow' || meant.name !== 'flow' || known.dataAt === meant.dataAt;
}

/** Greatest and least σ that the meaning itself names; undefined where it names none. */
export function sigmasOf({ time, sde }: Pick<Meaning, 'time' | 'sde'>): { min: number; max: number } | undefined {
  if (time.kind === 'ddpm-index') {
    const sigmas = tableSigmas(betaTable(time.betas)).filter(Number.isFinite);
    return { min: sigmas[0], max: sigmas[sigmas.length - 1] };
  }
  if (sde.name !== 'vp' && sde.name !== 'subvp') return undefined;
  const alpha = Math.exp(-(sde.betaMax - sde.betaMin) / 4 - sde.betaMin / 2);
  return { min: 0.002, max: sde.name === 'vp' ? Math.sqrt(1 / alpha ** 2 - 1) : (1 - alpha ** 2) / alpha };
}

/** One line for people. */
export function describeMeaning({ time, prediction, sde, range = signed }: Meaning): string {
  return `time ${describeTime(time)}, output ${prediction}, ${describeSde(sde)}, pictures in [${range.join(', ')}]`;
}

function describeTime(time: Meaning['time']): string {
  switch (time.kind) {
    case 'none':
      return 'none';
    case 'log_sigma':
      return `${time.factor}·ln σ`;
    case 't':
      return `${time.factor}·t`;
    case 'ddpm-index':
      return Array.isArray(time.betas)
        ? `index of ${time.betas.length} betas`
        : `index of ${time.betas.count} ${time.betas.schedule} betas${time.betas.zeroSnr ? ' (zero SNR)' : ''}`;
    default:
      return time.kind === 'sigma' ? 'σ' : 'ln σ/4';
  }
}

function describeSde(sde: Meaning['sde']): string {
  return sde.name === 'flow' ? `flow with the picture at t = ${sde.dataAt}` : `SDE ${sde.name}`;
}
