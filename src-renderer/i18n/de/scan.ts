import type { scan as english } from '../en/scan.ts';

/** @see english */
export const scan: Record<keyof typeof english, string> = {};
