/** Messages of the live part. */
export const live = {} as const;
