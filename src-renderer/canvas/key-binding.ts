import { invalidArgument } from '../../src-main/errors.ts';

/** A key press, with the names of `KeyboardEvent`. */
export interface KeyStroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export type Platform = 'mac' | 'other';

interface Binding {
  readonly key: string;
  readonly mod: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

const modifiers = ['Mod', 'Alt', 'Shift'];

const symbolsOnMac: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };

/**
 * Whether a key press is the one that `keys` names: modifiers `Mod` (Command on a Mac, Control elsewhere), `Alt` and
 * `Shift`, then the key as `KeyboardEvent.key` has it (`Space` for the space bar), joined by `+`: `Mod+Shift+Z`, `[`.
 *
 * Letters are found on keyboards of other scripts by their position. Digits and signs are found by what is typed,
 * whichever way the keyboard layout types it: `[` is AltGr+8 on a German one, `?` needs Shift on most, `1` on a French.
 */
export function matchesKeys(keys: string, stroke: KeyStroke, platform: Platform): boolean {
  const binding = parseKeys(keys);
  // AltGr reports itself as Control and Alt together.
  const isAltGr = platform === 'other' && stroke.ctrlKey && stroke.altKey;
  const typed = isTypedSymbol(binding);
  const command = platform === 'mac' ? stroke.metaKey : stroke.ctrlKey && !(typed && isAltGr);
  const other = platform === 'mac' ? stroke.ctrlKey : stroke.metaKey;
  if (command !== binding.mod || other || !isPressed(binding, stroke)) return false;
  if (typed) return binding.alt ? stroke.altKey : true;
  return stroke.altKey === binding.alt && stroke.shiftKey === binding.shift;
}

/**
 * One spelling for all ways of writing the same keys, for finding conflicts.
 * @throws invalid-argument for an unknown modifier or a missing key.
 */
export function canonicalKeys(keys: string): string {
  const { key, mod, alt, shift } = parseKeys(keys);
  return [...(mod ? ['Mod'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), key].join('+');
}

/** The keys as people of the platform write them: `⇧⌘Z`, `Ctrl+Shift+Z`. */
export function displayKeys(keys: string, platform: Platform): string {
  const { key, mod, alt, shift } = parseKeys(keys);
  const shown = key.length === 1 ? key.toUpperCase() : key;
  if (platform === 'mac') {
    return [...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), ...(mod ? ['Mod'] : [])]
      .map((name) => symbolsOnMac[name])
      .concat(shown)
      .join('');
  }
  return [...(mod ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), shown].join('+');
}

function parseKeys(keys: string): Binding {
  // The key itself may be "+".
  const parts = keys.endsWith('+') ? [...keys.slice(0, -1).split('+').filter(Boolean), '+'] : keys.split('+');
  const key = parts.pop();
  const unknown = parts.find((part) => !modifiers.includes(part));
  if (key === undefined || key === '' || modifiers.includes(key) || unknown !== undefined) {
    throw invalidArgument('keys', 'modifiers Mod, Alt, Shift and a key joined by "+"', keys);
  }
  const binding = {
    key: key.length === 1 ? key.toLowerCase() : key,
    mod: parts.includes('Mod'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
  };
  if (binding.shift && isTypedSymbol(binding)) {
    throw invalidArgument('keys', 'the character that Shift makes instead of Shift and a sign', keys);
  }
  return binding;
}

function isPressed({ key }: Binding, stroke: KeyStroke): boolean {
  const typed = stroke.key === ' ' ? 'Space' : stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  // Another script, or a character that Option makes on a Mac: the position tells the letter.
  if (isLetter(key) && typed.length === 1 && !isLetter(typed)) return stroke.code === `Key${key.toUpperCase()}`;
  return typed === key;
}

/** A character other than a letter: how it is typed differs between keyboard layouts. */
function isTypedSymbol({ key }: Binding): boolean {
  return key.length === 1 && !isLetter(key);
}

function isLetter(key: string): boolean {
  return /^[a-z]$/.test(key);
}
