import { displayKeys } from '../canvas/key-binding.ts';
import { labelOf, platform, type AppAction } from '../state/actions.ts';

/**
 * Actions whose name or shortcut has every word of the query somewhere, those whose name begins with it first.
 * Accents and case do not count.
 */
export function searchActions(actions: readonly AppAction[], query: string): readonly AppAction[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return actions;
  const found = actions.filter((action) => {
    const text = plain(`${labelOf(action.label)} ${action.keys.map((keys) => displayKeys(keys, platform)).join(' ')}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (action: AppAction): number => (plain(labelOf(action.label)).startsWith(words[0]) ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b));
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
