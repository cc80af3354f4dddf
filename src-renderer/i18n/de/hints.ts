import type { hints as english } from '../en/hints.ts';

/** @see english */
export const hints: Record<keyof typeof english, string> = {
  'hints.name': 'Bekannte Farben',
  'hints.color': 'Farbe des Markierten',
  'hints.paint': 'Markiertem diese Farbe geben',
  'hints.hint':
    'Eine Stelle markieren (B, L, W …), ihre Farbe wählen, drücken. Wenige Stellen genügen; die Helligkeit bleibt die des Bildes.',
  'hints.of': 'Farbe der Stelle {number}',
  'hints.remove': 'Farbe der Stelle {number} vergessen',
  'history.hint-paint': 'bekannte Farbe',
  'history.hint-recolor': 'andere Farbe',
  'history.hint-remove': 'vergessene Farbe',
  'action.hint-paint': 'Markiertem die gewählte Farbe geben',
};
