import type { Player } from './player.svelte.ts';

/** Whether an element takes letters or arrow keys itself. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable]') !== null;
}

const KEYS: Readonly<Record<string, (player: Player) => void>> = {
  k: (player) => (player.isPlaying ? player.pause() : player.play()),
  ',': (player) => player.move(-1),
  '.': (player) => player.move(1),
  Home: (player) => player.move(-Infinity),
  End: (player) => (player.run.isActive ? player.follow() : player.move(Infinity)),
};

/** Keys of the live view: K plays and pauses, comma and full stop step, Home and End. @returns whether it was one. */
export function playerKey(event: KeyboardEvent, player: Player): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act === undefined || document.querySelector('dialog[open]') !== null) return false;
  act(player);
  return true;
}
