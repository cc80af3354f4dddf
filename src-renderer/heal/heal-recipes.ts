import type { HealKind, HealRecipe } from '../../src-main/contract/app/healing.ts';
import type { Point, Rect } from '../canvas/geometry.ts';

/** Kinds that people choose from; `copied` needs a source. */
export const healKinds: readonly HealKind[] = ['auto', 'smooth', 'exemplar', 'copied', 'sampled'];

/** Side of a source region, in widths of the brush and at least pixels. */
const SOURCE = { brushes: 4, least: 96 };

/** What people have chosen for strokes to come. */
export interface RecipeChoice {
  readonly fill: HealKind;
  /** Where to copy from. */
  readonly place: Point | undefined;
  /** Width of the brush, pixels. */
  readonly brush: number;
}

/** The recipe of a new stroke; one that lacks the source that its kind needs is filled automatically. */
export function newRecipe(
  choice: RecipeChoice,
  start: Point,
): { readonly recipe: HealRecipe; readonly lacksSource: boolean } {
  const { fill, place } = choice;
  const recipe: HealRecipe = { fill, seed: Math.floor(Math.random() * 2 ** 32) };
  if (place !== undefined)
    return { recipe: { ...recipe, ...sourceAt(place, choice.brush, start) }, lacksSource: false };
  if (fill !== 'copied') return { recipe, lacksSource: false };
  return { recipe: { ...recipe, fill: 'auto' }, lacksSource: true };
}

/** A changed recipe of a stroke with what its kind needs; undefined where a source has to be chosen first. */
export function completeRecipe(recipe: HealRecipe, of: Rect, { place, brush }: RecipeChoice): HealRecipe | undefined {
  const { source, offset, ...plain } = recipe;
  const centre = { x: of.x + of.width / 2, y: of.y + of.height / 2 };
  const chosen = place && sourceAt(place, brush, centre);
  if (plain.fill === 'copied') {
    const from = offset ?? chosen?.offset;
    return from === undefined ? undefined : { ...plain, offset: from };
  }
  const region = source ?? chosen?.source;
  return region === undefined || plain.fill === 'smooth' ? plain : { ...plain, source: region };
}

function sourceAt(at: Point, brush: number, start: Point): Required<Pick<HealRecipe, 'source' | 'offset'>> {
  const side = Math.ceil(Math.max(SOURCE.least, SOURCE.brushes * brush));
  const [x, y] = [Math.round(at.x - side / 2), Math.round(at.y - side / 2)];
  return {
    source: { x, y, width: side, height: side },
    offset: { x: Math.round(at.x - start.x), y: Math.round(at.y - start.y) },
  };
}
