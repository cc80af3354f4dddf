/** Colours that grey photographs often have; names stand in the catalogue of messages. */
export const SWATCHES = [
  { name: 'skin-light', color: '#e6b899' },
  { name: 'skin-brown', color: '#a8714a' },
  { name: 'skin-dark', color: '#6b4330' },
  { name: 'lips', color: '#b85c5c' },
  { name: 'blond', color: '#c9a56a' },
  { name: 'brown', color: '#6a4a30' },
  { name: 'wood', color: '#9a6a3c' },
  { name: 'brick', color: '#a5523a' },
  { name: 'red', color: '#b03038' },
  { name: 'gold', color: '#c8a040' },
  { name: 'grass', color: '#6b8f3a' },
  { name: 'leaves', color: '#3f6b3a' },
  { name: 'water', color: '#3f7f9a' },
  { name: 'sky', color: '#86b6e2' },
  { name: 'navy', color: '#2f3f6e' },
  { name: 'none', color: '#808080' },
] as const;
