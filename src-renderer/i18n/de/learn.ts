import type { learn as english } from '../en/learn.ts';

/** @see english */
export const learn: Record<keyof typeof english, string> = {};
