/** Messages of the result part. */
export const result = {} as const;
