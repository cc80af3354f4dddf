import type { OptionInfo } from '../../src-main/contract/app/replies.ts';
import { optionMeanings } from './de/option-meanings.ts';
import { currentLanguage } from './translate.svelte.ts';

/**
 * What an option of a solver or an SDE means, in the language in use; in English where it has not been translated.
 * @param owner  name of the solver or SDE.
 */
export function meaningOf(owner: string, { name, description }: OptionInfo): string | undefined {
  return currentLanguage() === 'de' ? (optionMeanings[`${owner}.${name}`] ?? description) : description;
}
