import type { RestoreOptions, Task } from '../../src-main/contract/restore-options.ts';

/** What a task cannot do without, and what people begin with. */
export const NEEDED_OPTIONS: { readonly [Name in Task]?: Partial<RestoreOptions> } = {
  'super-resolve': { scale: 2 },
  compound: { damage: { noise: 'auto' } },
  reconstruct: { angles: 60 },
};
