/** The window around the views. */
export const app = {
  'app.name': 'Langevin',
  'app.saved': 'Saved as {name}.',
  'app.downloaded': 'Downloaded {name}.',
  'app.views': 'Views',
  'view.restore': 'Restore',
  'view.scan': 'CT',
  'view.batch': 'Batch',
  'view.learn': 'Learn',
} as const;
