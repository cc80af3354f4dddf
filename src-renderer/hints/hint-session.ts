import { MOST_COLOURS, MOST_HINT, type SessionTab } from '../../src-main/contract/app/session.ts';
import type { Size } from '../canvas/geometry.ts';
import { deserializeMask, serializeMask } from '../canvas/mask-file.ts';
import type { KnownColour } from './colour-hints.svelte.ts';

type KeptHints = NonNullable<SessionTab['hints']>;

/** As small as masks are kept. What is too ragged to be kept is left out, so that the rest is. */
export function hintsToSession(colours: readonly KnownColour[]): KeptHints {
  const kept = colours.map(({ color, layer }) => ({
    color,
    mask: btoa(Array.from(serializeMask(layer), (byte) => String.fromCharCode(byte)).join('')),
  }));
  return kept.filter(({ mask }) => mask.length <= MOST_HINT).slice(0, MOST_COLOURS);
}

/** The inverse; what cannot be read or is of another picture is left out. */
export function hintsFromSession(hints: KeptHints, { width, height }: Size): KnownColour[] {
  return hints.flatMap(({ color, mask }) => {
    try {
      const layer = deserializeMask(Uint8Array.from(atob(mask), (character) => character.charCodeAt(0)));
      const fits = layer.width === width && layer.height === height && layer.bounds !== undefined;
      return fits ? [{ color, layer }] : [];
    } catch {
      return [];
    }
  });
}
