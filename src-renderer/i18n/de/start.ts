import type { start as english } from '../en/start.ts';

/** @see english */
export const start: Record<keyof typeof english, string> = {
  'start.samples': 'Ein Beispiel ausprobieren',
  'start.sample-scratches': 'Kratzer',
  'start.sample-noise': 'Rauschen',
  'start.sample-small': 'Zu klein',
  'start.clear-recent': 'Liste leeren',
  'start.copies': 'Kopien hochgeladener Bilder: {megabytes} MB',
};
