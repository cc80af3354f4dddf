/** The first screen. */
export const start = {
  'start.samples': 'Try a sample',
  'start.sample-scratches': 'Scratches',
  'start.sample-noise': 'Noise',
  'start.sample-small': 'Too small',
  'start.clear-recent': 'Clear the list',
  'start.copies': 'Copies of uploaded pictures: {megabytes} MB',
  'tour.offer': 'Take a tour (one minute)',
  'tour.step': 'Step {step} of {steps}',
  'tour.skip': 'Skip',
  'tour.back': 'Back',
  'tour.next': 'Next',
  'tour.end': 'Done',
  'tour.mark': 'Mark what is damaged',
  'tour.mark.text':
    'Paint over scratches, stains or text with the brush. Alt or the right button takes away. The bandage at the top heals a stroke at once.',
  'tour.find': 'Or let it be found',
  'tour.find.text':
    'Finds scratches, dust and losses by itself. Click a finding to leave it out before anything is marked.',
  'tour.run': 'Restore',
  'tour.run.text':
    'Fills what is marked and changes nothing else. Other tasks, such as denoising and enlarging, are above.',
  'tour.judge': 'Judge the result',
  'tour.judge.text':
    'Every run is kept beside its picture: compare it with the original, try other settings, go on from it. Everything can be undone.',
  'tour.search': 'Find the rest',
  'tour.search.text': '{keys} finds every command by its name, ? lists all keys.',
} as const;
