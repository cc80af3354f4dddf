import { join } from 'node:path';
import { defaultLocations } from '../engine/locations.ts';

/** Where a model may lie that is named on the command line: the folder itself, or one of the installed models. */
export function modelPlaces(model: string): string[] {
  return [model, ...defaultLocations().models.map(({ folder }) => join(folder, model))];
}

/** The files among the values of options that were given. */
export function given(...paths: readonly (string | undefined)[]): string[] {
  return paths.filter((path) => path !== undefined);
}
