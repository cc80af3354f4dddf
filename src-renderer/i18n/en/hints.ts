/** Messages of colour hints. */
export const hints = {
  'hints.name': 'Colours that are known',
  'hints.color': 'Colour of what is marked',
  'hints.paint': 'Give what is marked this colour',
  'hints.hint':
    'Mark a place (B, L, W …), choose its colour, press. A few places do; brightness stays that of the picture.',
  'hints.of': 'Colour of place {number}',
  'hints.remove': 'Forget the colour of place {number}',
  'history.hint-paint': 'known colour',
  'history.hint-recolor': 'another colour',
  'history.hint-remove': 'forgotten colour',
  'action.hint-paint': 'Give what is marked the chosen colour',
} as const;
