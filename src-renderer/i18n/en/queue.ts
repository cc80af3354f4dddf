/** Runs that go on or wait. */
export const queue = {
  'queue.title': 'Runs: {count}',
  'queue.starting': 'starting',
  'queue.running': '{percent}, {time} left',
  'queue.waiting': 'waiting',
  'queue.takes': 'waiting, takes about {time}',
  'queue.memory': 'about {amount} of memory',
  'queue.moved': 'Now at place {place} of those that wait.',
  'queue.earlier': 'Run {name} earlier',
  'queue.later': 'Run {name} later',
  'queue.remove': 'Take {name} out',
  'queue.pause': 'Pause after this run',
  'queue.resume': 'Go on',
  'queue.pause-hint': 'A pause lets what has begun come to its end.',
  'queue.before': '{count} {count|run|runs} before this one',
  'queue.begins': '{count} {count|run|runs} before this one; begins in about {time}',
  'queue.is-paused': 'The runs are paused.',
} as const;
