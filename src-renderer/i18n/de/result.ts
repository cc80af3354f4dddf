import type { result as english } from '../en/result.ts';

/** @see english */
export const result: Record<keyof typeof english, string> = {};
