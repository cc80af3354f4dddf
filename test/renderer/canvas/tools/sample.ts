import { Editor } from '../../../../src-renderer/canvas/editor.ts';
import type { PointerSample, ToolId } from '../../../../src-renderer/canvas/tools/tool.ts';

/** An editor of an empty mask, shown at 100 %, with the given tool and a brush that ignores pressure. */
export function editorWith(tool: ToolId, width = 100, height = 80): Editor {
  const editor = new Editor({ picture: { width, height }, viewport: { width, height, pixelRatio: 1 } });
  editor.changeSettings({ brush: { size: 10, hardness: 1, pressure: false } });
  editor.tools.activate(tool);
  return editor;
}

/** A pointer at a place, without modifiers unless told. */
export function at(x: number, y: number, more: Partial<PointerSample> = {}): PointerSample {
  return { x, y, pressure: 1, constrain: false, opposite: false, ...more };
}

/** Presses at the first place, moves through the others and lets go at the last. */
export function drag(editor: Editor, ...samples: PointerSample[]): void {
  editor.tools.pointerDown(samples[0]);
  for (const sample of samples.slice(1)) editor.tools.pointerMove(sample);
  editor.tools.pointerUp(samples[samples.length - 1]);
}

/** The mask as text: `#` painted, `+` partly covered, `.` free. */
export function drawn(editor: Editor): string[] {
  const { layer } = editor.document;
  return Array.from({ length: layer.height }, (_, y) =>
    Array.from({ length: layer.width }, (_, x) => {
      const coverage = layer.coverageAt(x, y);
      return coverage === 255 ? '#' : coverage === 0 ? '.' : '+';
    }).join(''),
  );
}
