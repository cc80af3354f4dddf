/** Messages of the learn part. */
export const learn = {} as const;
