import { randomBytes } from 'node:crypto';
import type { Id } from '../../contract/app/values.ts';
import { LangevinError } from '../../errors.ts';

/** A name that says nothing and cannot be guessed. */
export function newId(): Id {
  return randomBytes(12).toString('hex');
}

/** @throws file-not-found for an id that the host does not know (any more). */
export function known<T>(what: string, map: ReadonlyMap<Id, T>, id: Id): T {
  const found = map.get(id);
  if (found === undefined) {
    throw new LangevinError(
      'file-not-found',
      `There is no ${what} ${id} any more; it was closed, or Langevin restarted.`,
    );
  }
  return found;
}
