import type { editor as english } from '../en/editor.ts';

/** @see english */
export const editor: Record<keyof typeof english, string> = {};
