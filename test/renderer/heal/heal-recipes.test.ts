import { describe, expect, it } from 'vitest';
import { completeRecipe, newRecipe } from '../../../src-renderer/heal/heal-recipes.ts';

const of = { x: 100, y: 50, width: 20, height: 10 };

describe('recipes of strokes', () => {
  it('takes the kind that was chosen, and a seed', () => {
    const { recipe, lacksSource } = newRecipe({ fill: 'exemplar', place: undefined, brush: 10 }, { x: 5, y: 5 });
    expect(recipe).toEqual({ fill: 'exemplar', seed: recipe.seed });
    expect(lacksSource).toBe(false);
  });

  it('fills automatically, and says so, where copying lacks its source', () => {
    const { recipe, lacksSource } = newRecipe({ fill: 'copied', place: undefined, brush: 10 }, { x: 5, y: 5 });
    expect(recipe.fill).toBe('auto');
    expect(lacksSource).toBe(true);
    expect(
      completeRecipe({ ...recipe, fill: 'copied' }, of, { fill: 'copied', place: undefined, brush: 10 }),
    ).toBeUndefined();
  });

  it('lays the source region around the chosen place, at least 96 pixels wide', () => {
    const { recipe } = newRecipe({ fill: 'copied', place: { x: 300, y: 200 }, brush: 10 }, { x: 110, y: 55 });
    expect(recipe.offset).toEqual({ x: 190, y: 145 });
    expect(recipe.source).toEqual({ x: 252, y: 152, width: 96, height: 96 });
    expect(newRecipe({ fill: 'auto', place: { x: 300, y: 200 }, brush: 60 }, { x: 0, y: 0 }).recipe.source?.width).toBe(
      240,
    );
  });

  it('keeps what a kind needs when it is changed, and drops what it does not', () => {
    const choice = { fill: 'auto', place: { x: 300, y: 200 }, brush: 10 } as const;
    const source = { x: 1, y: 2, width: 30, height: 30 };
    expect(completeRecipe({ fill: 'smooth', seed: 1, source }, of, choice)).toEqual({ fill: 'smooth', seed: 1 });
    expect(completeRecipe({ fill: 'exemplar', seed: 1, source }, of, choice)).toEqual({
      fill: 'exemplar',
      seed: 1,
      source,
    });
    expect(completeRecipe({ fill: 'copied', seed: 1, source }, of, choice)).toEqual({
      fill: 'copied',
      seed: 1,
      offset: { x: 190, y: 145 },
    });
  });
});
