/** Messages of the batch part. */
export const batch = {} as const;
