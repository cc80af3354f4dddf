/** Messages of the panel part. */
export const panel = {} as const;
