import type { Inspection } from '../../src-main/contract/inspect.ts';
import type { BlurDamage } from '../../src-main/contract/damage.ts';
import type { Damage } from '../../src-main/contract/restore-options.ts';
import { formatNumber, t } from '../i18n/translate.svelte.ts';

/** A chain of damages with what was found in a picture; what only people can know, such as a reduction, stays. */
export function withFound(damage: Damage, found: Damage): Damage {
  const { scale, grey } = damage;
  return { ...(scale !== undefined && { scale }), ...(grey !== undefined && { grey }), ...found };
}

/** Whether a part of the chain is as it was found. */
export function isAsFound(part: keyof Damage, damage: Damage, found: Damage | undefined): boolean {
  return damage[part] !== undefined && JSON.stringify(damage[part]) === JSON.stringify(found?.[part]);
}

/** What was found, part by part, for people; empty where there is nothing to undo. */
export function foundInWords(inspection: Inspection): string {
  return Object.keys(inspection.damage ?? {})
    .map((part) => {
      const value = foundValue(part as keyof Damage, inspection);
      const name = t(`panel.damage.${part as keyof Damage}`);
      return value === '' ? name : `${name} (${value})`;
    })
    .join(', ');
}

/** A chain of damages, part by part, for people. */
export function chainInWords(damage: Damage): string {
  return Object.entries(damage)
    .map(([part, value]) => {
      const name = t(`panel.damage.${part as keyof Damage}`);
      const estimated = t(part === 'jpeg' ? 'panel.damage.fromFile' : 'panel.damage.asFound');
      const shown = value === 'auto' ? estimated : valueInWords(value);
      return shown === '' ? name : `${name} (${shown})`;
    })
    .join(', ');
}

/** A blur that was measured, with what its numbers are. */
export function blurInWords(blur: BlurDamage): string {
  if (typeof blur === 'number') return `σ ${formatNumber(blur, { maximumFractionDigits: 1 })}`;
  if (blur.kind !== 'motion') return valueInWords(blur);
  const { length, angle } = blur;
  return t('panel.damage.motionIs', {
    length: formatNumber(length, { maximumFractionDigits: 1 }),
    angle: formatNumber(angle, { maximumFractionDigits: 0 }),
  });
}

/** What the picture does not tell, for people; empty where everything is clear. */
export function unsureInWords({ estimates }: Inspection): string {
  const parts = ['blur', 'noise', 'fading'] as const;
  return parts
    .filter((part) => estimates[part].verdict === 'unsure')
    .map((part) => t(`panel.damage.${part}`))
    .join(', ');
}

/** The value of a part that was found; empty where it has none. */
export function foundValue(part: keyof Damage, { damage, jpeg, noise }: Inspection): string {
  const value: unknown = damage?.[part];
  if (part === 'noise' && value === 'auto') return `σ ${formatNumber(noise, { maximumFractionDigits: 1 })}`;
  if (part === 'jpeg' && value === 'auto') {
    return jpeg?.quality === undefined
      ? t('panel.damage.ownTables')
      : t('panel.damage.qualityIs', { value: jpeg.quality });
  }
  if (part === 'jpeg' && typeof value === 'number') return t('panel.damage.qualityIs', { value });
  return valueInWords(value);
}

function valueInWords(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value, { maximumFractionDigits: 2 });
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value)
    .flat()
    .map((each: unknown) =>
      typeof each === 'number' ? formatNumber(each, { maximumFractionDigits: 2 }) : String(each),
    )
    .join(' ');
}
