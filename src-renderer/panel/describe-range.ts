import { formatNumber, t } from '../i18n/translate.svelte.ts';

const ALL_DIGITS = { maximumSignificantDigits: 12 };

/** Limits of a number; absent: none. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly minExcluded?: boolean | undefined;
  readonly maxExcluded?: boolean | undefined;
  readonly isWhole?: boolean | undefined;
}

/** The range in words, such as "a whole number from 1 to 100". */
export function describeRange({ min, max, minExcluded = false, maxExcluded = false, isWhole = false }: Range): string {
  return [
    t(isWhole ? 'panel.range.whole' : 'panel.range.number'),
    ...(min === undefined
      ? []
      : [t(minExcluded ? 'panel.range.above' : 'panel.range.from', { min: formatNumber(min, ALL_DIGITS) })]),
    ...(max === undefined
      ? []
      : [t(maxExcluded ? 'panel.range.below' : 'panel.range.to', { max: formatNumber(max, ALL_DIGITS) })]),
  ].join(' ');
}
