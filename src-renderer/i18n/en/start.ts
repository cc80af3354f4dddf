/** The first screen. */
export const start = {
  'start.samples': 'Try a sample',
  'start.sample-scratches': 'Scratches',
  'start.sample-noise': 'Noise',
  'start.sample-small': 'Too small',
  'start.clear-recent': 'Clear the list',
  'start.copies': 'Copies of uploaded pictures: {megabytes} MB',
} as const;
