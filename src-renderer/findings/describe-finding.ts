import type { Size } from '../canvas/geometry.ts';
import { formatNumber, t } from '../i18n/translate.svelte.ts';
import { ninthOf, type Finding } from './finding.ts';

/** A finding in words: kind, extent and how sure it is. */
export function describeFinding({ kind, bounds, length, probability }: Finding): string {
  const isLong = kind === 'line' || kind === 'crack';
  const extent = isLong
    ? t('find.extent.long', { length: formatNumber(Math.max(1, Math.round(length))) })
    : t('find.extent.block', { width: formatNumber(bounds.width), height: formatNumber(bounds.height) });
  return t('find.finding', {
    kind: t(`find.one.${kind}`),
    extent,
    percent: formatNumber(Math.round(100 * probability)),
  });
}

/** Where a finding lies and whether it is kept, for people who do not see the canvas. */
export function placeAndState(finding: Finding, picture: Size, isKept: boolean): string {
  const place = t(`find.place.${ninthOf(finding, picture)}`);
  return t('find.spoken', { place, state: isKept ? t('find.kept') : t('find.rejected') });
}
