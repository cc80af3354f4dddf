import { formatNumber, t } from '../i18n/translate.svelte.ts';

/** A time span for people: `8 s`, `2 min 5 s`, `10 min`, `1 h 20 min`; nobody needs the seconds of a long one. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return t('panel.duration.s', { s: whole });
  if (whole >= 285 && whole < 3570) return t('panel.duration.minutes', { min: Math.round(whole / 60) });
  if (whole < 285) return t('panel.duration.min', { min: Math.floor(whole / 60), s: whole % 60 });
  const minutes = Math.round(whole / 60);
  return t('panel.duration.h', { h: Math.floor(minutes / 60), min: minutes % 60 });
}

/** A number with `digits` significant digits. */
export function formatSignificant(value: number, digits = 3): string {
  return formatNumber(value, { maximumSignificantDigits: digits });
}
