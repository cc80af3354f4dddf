import { z } from 'zod';
import { idSchema, type Id } from './values.ts';

/**
 * What is open is edited by one page at a time, the one that holds the session. A page asks for it with `session`; where
 * another one has it, it shows that, and may take it over. Whoever is asked to leave saves first, so that nothing is lost.
 */
export const holdingRequests = {
  /** What was open. */
  session: z.strictObject({
    /** Chosen by a page that wants to hold the session, the same after a reload; absent: to read only. */
    page: idSchema.optional(),
    /** Whether another page that holds it is asked to leave. */
    take: z.boolean().default(false),
  }),
  /** The page has saved everything and edits no more. */
  leaveSession: z.strictObject({ page: idSchema }),
} as const;

export type HoldingNews =
  /** The page that holds the session is to save, and to leave it. */
  | { readonly type: 'session-asked'; readonly page: Id }
  /** Who holds it now; absent: nobody. */
  | { readonly type: 'session-holder'; readonly page?: Id };
