import type { ToolId } from '../canvas/tools/tool.ts';

/** Settings of a tool that stand in the bar above the picture. */
export type ToolPart = 'color' | 'size' | 'hardness' | 'heal' | 'tolerance' | 'contiguous' | 'smooth';

/** What a tool has to set, the most used first. */
export function toolParts(tool: ToolId): readonly ToolPart[] {
  switch (tool) {
    case 'brush':
    case 'eraser':
      return ['size', 'hardness'];
    case 'snap':
      return ['size'];
    case 'heal':
      return ['size', 'heal'];
    case 'wand':
      return ['tolerance', 'contiguous'];
    case 'color':
      return ['color', 'size', 'hardness'];
    case 'eyedropper':
      return ['color'];
    case 'rectangle':
    case 'pick':
      return [];
    default:
      return ['smooth'];
  }
}
