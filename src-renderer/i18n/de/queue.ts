import type { queue as english } from '../en/queue.ts';

/** @see english */
export const queue: Record<keyof typeof english, string> = {
  'queue.title': 'Läufe: {count}',
  'queue.starting': 'beginnt',
  'queue.running': '{percent}, noch {time}',
  'queue.waiting': 'wartet',
  'queue.takes': 'wartet, dauert etwa {time}',
  'queue.memory': 'etwa {amount} Speicher',
  'queue.moved': 'Jetzt an Stelle {place} der wartenden.',
  'queue.earlier': '{name} früher',
  'queue.later': '{name} später',
  'queue.remove': '{name} herausnehmen',
  'queue.pause': 'Nach diesem Lauf anhalten',
  'queue.resume': 'Weitermachen',
  'queue.pause-hint': 'Was schon läuft, läuft zu Ende.',
  'queue.before': '{count} {count|Lauf|Läufe} davor',
  'queue.begins': '{count} {count|Lauf|Läufe} davor; beginnt in etwa {time}',
  'queue.is-paused': 'Die Läufe sind angehalten.',
};
