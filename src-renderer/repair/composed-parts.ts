import type { ComposePart } from '../../src-main/contract/app/runs.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import { copyPlace, decisionOn, patchOf, type Decisions, type Place } from './place.ts';

/**
 * What the host has to copy into the result `base` for it to be as decided: places that were undone from the original;
 * over them the others, where they were filled anew or overlap one undone.
 */
export function composedParts(places: readonly Place[], decisions: Decisions, base: string): ComposePart[] {
  const undone = places.filter((place) => decisionOn(place, decisions).state === 'undone');
  const mask = patchOf(undone);
  const parts: ComposePart[] = mask === undefined ? [] : [{ mask }];
  const bySource = new Map<string, Place[]>();
  for (const place of places) {
    const { state, source = base } = decisionOn(place, decisions);
    const isTouched = source !== base || undone.some((other) => overlap(other, place));
    if (state === 'undone' || !isTouched) continue;
    bySource.set(source, [...(bySource.get(source) ?? []), place]);
  }
  for (const [from, filled] of bySource) parts.push({ mask: patchOf(filled)!, from });
  return parts;
}

/**
 * The same for the eye, at once: 8-bit pixels of `base` with what was decided.
 * @param sources  pixels of the results that places were filled with anew.
 */
export function composedPixels(
  places: readonly Place[],
  decisions: Decisions,
  base: Pixels,
  original: Pixels,
  sources: Readonly<Record<string, Pixels>>,
): Pixels {
  const data = base.data.slice();
  for (const place of places) {
    if (decisionOn(place, decisions).state === 'undone') copyPlace(place, base.width, original.data, data);
  }
  for (const place of places) {
    const { state, source } = decisionOn(place, decisions);
    const from = source === undefined ? base : sources[source];
    if (state !== 'undone' && from !== undefined) copyPlace(place, base.width, from.data, data);
  }
  return { ...base, data };
}

function overlap({ bounds: a }: Place, { bounds: b }: Place): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
