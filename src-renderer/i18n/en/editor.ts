/** Messages of the editor part. */
export const editor = {} as const;
