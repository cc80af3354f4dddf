import { de } from './de/index.ts';
import { en, type MessageKey } from './en/index.ts';

export type { MessageKey };
export type Language = 'en' | 'de';
export type MessageValues = Readonly<Record<string, string | number>>;

const catalogues: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, de };

let language: Language = $state('en');

/** Switches every text of the app; `system` follows the browser, English where it has another language. */
export function useLanguage(choice: Language | 'system'): void {
  language = choice === 'system' ? (navigator.language.startsWith('de') ? 'de' : 'en') : choice;
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return language;
}

/**
 * The text of a message in the language in use. `{name}` is replaced by a value; `{name|one|other}` by one of two words
 * after a number. Reactive: components that call it follow a change of language.
 */
export function t(key: MessageKey, values: MessageValues = {}): string {
  return fill(catalogues[language][key], values, language);
}

/** Whether the catalogue has a text of this name, for keys that come from elsewhere, such as labels of actions. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}

/** A number as people write it in the language in use. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(language, options).format(value);
}

function fill(text: string, values: MessageValues, locale: Language): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one !== undefined) return new Intl.PluralRules(locale).select(Number(value)) === 'one' ? one : (other ?? '');
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}
