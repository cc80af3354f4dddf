import type { app as english } from '../en/app.ts';

/** The window around the views. */
export const app: Record<keyof typeof english, string> = {
  'app.name': 'Langevin',
  'app.saved': 'Gespeichert als {name}.',
  'app.downloaded': '{name} heruntergeladen.',
  'app.views': 'Ansichten',
  'view.restore': 'Restaurieren',
  'view.scan': 'CT',
  'view.batch': 'Stapel',
  'view.learn': 'Lernen',
};
