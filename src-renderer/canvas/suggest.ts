/** Lives below both processes, because a batch finds masks by it as well. */
export { suggestMask, type SuggestOptions } from '../../src-main/images/suggest.ts';
