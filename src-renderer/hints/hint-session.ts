import type { ColourHint } from '../../src-main/contract/app/runs.ts';
import { MOST_HINT, type SessionTab } from '../../src-main/contract/app/session.ts';
import type { Size } from '../canvas/geometry.ts';
import { deserializeMask, serializeMask } from '../canvas/mask-file.ts';
import { MaskLayer } from '../canvas/mask-layer.ts';

type KeptHints = NonNullable<SessionTab['hints']>;

/** As small as masks are kept; made once for each hint. */
const kept = new WeakMap<ColourHint['mask'], string>();

/** What is too ragged to be kept is left out, so that the rest is. */
export function hintsToSession(hints: readonly ColourHint[], { width, height }: Size): KeptHints {
  return hints.flatMap(({ color, mask }) => {
    const { coverage, ...rect } = mask;
    let text = kept.get(mask);
    if (text === undefined) {
      const layer = new MaskLayer(width, height);
      layer.blendRect(rect, coverage, 0, rect.width, 'replace');
      text = btoa(Array.from(serializeMask(layer), (byte) => String.fromCharCode(byte)).join(''));
      kept.set(mask, text);
    }
    return text.length > MOST_HINT ? [] : [{ color, mask: text }];
  });
}

/** The inverse; what cannot be read or is of another picture is left out. */
export function hintsFromSession(hints: KeptHints, { width, height }: Size): ColourHint[] {
  return hints.flatMap(({ color, mask }) => {
    try {
      const layer = deserializeMask(Uint8Array.from(atob(mask), (character) => character.charCodeAt(0)));
      const { bounds } = layer;
      const fits = layer.width === width && layer.height === height;
      return fits && bounds ? [{ color, mask: { ...bounds, coverage: layer.read(bounds) } }] : [];
    } catch {
      return [];
    }
  });
}
