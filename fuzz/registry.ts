import type { FuzzTarget } from './target.ts';
import { http } from './targets/http.ts';

/** Everything that `npm run fuzz` attacks unless it is told what. */
export const targets: readonly FuzzTarget[] = [http];
