import type { live as english } from '../en/live.ts';

/** @see english */
export const live: Record<keyof typeof english, string> = {};
