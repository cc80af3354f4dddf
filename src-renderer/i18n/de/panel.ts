import type { panel as english } from '../en/panel.ts';

/** @see english */
export const panel: Record<keyof typeof english, string> = {};
