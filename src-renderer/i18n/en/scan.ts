/** Messages of the scan part. */
export const scan = {} as const;
