import type { LabJob } from '../../src-main/contract/app/lab.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { isMessageKey, type MessageKey } from '../i18n/translate.svelte.ts';

type SampleJob = Extract<LabJob, { kind: 'sample' }>;
type LikelihoodJob = Extract<LabJob, { kind: 'likelihood' }>;
/** How to draw. */
export type SampleSettings = SampleJob['options'];
/** How to measure. */
export type LikelihoodSettings = NonNullable<LikelihoodJob['options']>;

/** Everything that is set in the Lab. */
export interface LabSettings {
  readonly model: string;
  readonly count: number;
  readonly size: number;
  readonly sampling: SampleSettings;
  /** The class to draw from, `all` for so many of each, undefined for the prior alone. */
  readonly class: number | 'all' | undefined;
  /** Factor of the classifier's score. */
  readonly guidance: number;
  readonly measuring: LikelihoodSettings;
  readonly hasMap: boolean;
  /** Pictures to measure. */
  readonly files: readonly FileInfo[];
  /** The two ends of latents, squares of `latentSize` pixels made of what was chosen. */
  readonly ends: readonly FileInfo[];
  readonly latentSize: number;
  /** Pictures between the ends, themselves included. */
  readonly between: number;
  readonly temperature: number;
  /** Of the ODE solver that encodes and decodes. */
  readonly tolerance: number;
}

export const defaultLabSettings: LabSettings = {
  model: 'photo',
  count: 4,
  size: 64,
  sampling: { seed: 0 },
  class: undefined,
  guidance: 2,
  measuring: {},
  hasMap: false,
  files: [],
  ends: [],
  latentSize: 64,
  between: 7,
  temperature: 1,
  tolerance: 1e-3,
};

const NAMES: Readonly<Record<string, MessageKey>> = {
  sdeOptions: 'panel.sde',
  count: 'lab.count',
  size: 'lab.size',
  class: 'lab.class',
  guidance: 'lab.guidance',
  hasMap: 'lab.map',
  files: 'lab.files',
  ends: 'lab.files',
  latentSize: 'lab.size',
  between: 'lab.latent.between',
  temperature: 'lab.latent.temperature',
  tolerance: 'lab.tolerance',
};

/** What a change is called: the name of the field that made it. */
export function nameOfChange(patch: object): MessageKey {
  const [first = ''] = Object.keys(patch);
  const name = NAMES[first] ?? [`lab.${first}`, `panel.${first}`].find(isMessageKey);
  return name ?? 'lab.options';
}
