import type { Choice } from '../../../contract/app/replies.ts';
import type { SDE_NAMES } from '../../../contract/restore-options.ts';
import type { samplerNames } from '../../../restore/settings.ts';
import type { CorrectorName } from '../../../sampling/corrector.ts';
import type { ScheduleName } from '../../../sampling/schedule.ts';

function choices<Name extends string>(titles: Readonly<Record<Name, readonly [string, string?]>>): readonly Choice[] {
  return Object.entries(titles as Record<string, readonly [string, string?]>).map(([name, [title, source]]) => ({
    name,
    title,
    ...(source === undefined ? {} : { source }),
  }));
}

/** The samplers as the field calls them, with where they come from. */
export const PREDICTORS = choices<(typeof samplerNames)[number]>({
  'euler-maruyama': ['Euler–Maruyama', 'Song et al. 2021'],
  'reverse-diffusion': ['Reverse diffusion', 'Song et al. 2021'],
  ancestral: ['Ancestral sampling', 'Ho et al. 2020'],
  ddim: ['DDIM', 'Song, Meng & Ermon 2021'],
  renoise: ['Denoise and noise again', 'Wang et al. 2023'],
  euler: ['Euler (probability-flow ODE)', 'Karras et al. 2022'],
  heun: ['Heun (probability-flow ODE)', 'Karras et al. 2022'],
  'dpm++2m': ['DPM-Solver++(2M)', 'Lu et al. 2022'],
  rk45: ['RK45, adaptive (probability-flow ODE)', 'Dormand & Prince 1980'],
  'annealed-langevin': ['Annealed Langevin dynamics', 'Song & Ermon 2019'],
});

export const CORRECTORS = choices<CorrectorName>({
  none: ['None'],
  langevin: ['Langevin', 'Song et al. 2021'],
});

export const SDES = choices<(typeof SDE_NAMES)[number]>({
  ve: ['Variance exploding', 'Song et al. 2021'],
  vp: ['Variance preserving', 'Song et al. 2021'],
  subvp: ['Sub-variance preserving', 'Song et al. 2021'],
  edm: ['EDM', 'Karras et al. 2022'],
  tutorial: ['dx = s^t dw', 'Song 2021, tutorial'],
});

export const SCHEDULES = choices<ScheduleName>({
  karras: ['Karras', 'Karras et al. 2022'],
  geometric: ['Geometric', 'Song & Ermon 2019'],
  'linear-t': ['Equal steps of t', 'Song et al. 2021'],
});
