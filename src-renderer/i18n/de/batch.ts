import type { batch as english } from '../en/batch.ts';

/** @see english */
export const batch: Record<keyof typeof english, string> = {};
