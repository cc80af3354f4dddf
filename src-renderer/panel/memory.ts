import { formatNumber } from '../i18n/translate.svelte.ts';

/** An estimate of memory in the language in use: two digits are all that it is good for. @param bytes  of memory. */
export function formatMemory(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? (['gigabyte', 1e9] as const) : (['megabyte', 1e6] as const);
  return formatNumber(bytes / size, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 2 });
}
