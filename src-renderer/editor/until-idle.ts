import type { Editor } from '../canvas/editor.ts';

/** Waits for a stroke to end: edits cannot be begun inside another. */
export function untilIdle(editor: Editor): Promise<void> {
  if (!editor.tools.isBusy) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = editor.subscribe(() => {
      if (editor.tools.isBusy) return;
      stop();
      resolve();
    });
  });
}
