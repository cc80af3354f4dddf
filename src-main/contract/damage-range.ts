import type { Damage } from './damage.ts';

/** The most of each damage that networks were trained for, or that leaves something to restore; of JPEG the least quality. */
export const USEFUL = { noise: 75, blur: 6, radius: 12, length: 40, quality: 5 } as const;

/** A value of a chain beyond what is useful, and the limit. */
export interface BeyondUse {
  readonly part: 'noise' | 'blur' | 'jpeg';
  readonly value: number;
  readonly limit: number;
}

/** Values of a chain beyond which little of the picture can be brought back; what is to be estimated is not known yet. */
export function beyondUse({ blur, noise, jpeg }: Damage): BeyondUse[] {
  const out: BeyondUse[] = [];
  const above = (part: BeyondUse['part'], value: number | undefined, limit: number): void => {
    if (value !== undefined && value > limit) out.push({ part, value, limit });
  };
  if (typeof blur === 'number') above('blur', blur, USEFUL.blur);
  else if (blur?.kind === 'disk') above('blur', blur.radius, USEFUL.radius);
  else if (blur?.kind === 'motion') above('blur', blur.length, USEFUL.length);
  if (noise !== 'auto') above('noise', typeof noise === 'object' ? noise.sigma : noise, USEFUL.noise);
  if (typeof jpeg === 'number' && jpeg < USEFUL.quality) out.push({ part: 'jpeg', value: jpeg, limit: USEFUL.quality });
  return out;
}
