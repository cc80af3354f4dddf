import { app, type JumpListCategory } from 'electron';
import type { NativeTexts } from './texts.ts';

/** Views that the program can be started in, by `--view=`. */
export const START_VIEWS = ['restore', 'scan', 'batch', 'lab', 'learn'] as const;
export type StartView = (typeof START_VIEWS)[number];

/** Windows: what the program's button in the taskbar offers. Recent pictures come from the system. */
export function setJumpList(texts: NativeTexts, platform: NodeJS.Platform): void {
  if (platform !== 'win32') return;
  const tasks: JumpListCategory = {
    type: 'tasks',
    items: START_VIEWS.map((view) => ({
      type: 'task',
      title: texts.views[view],
      program: process.execPath,
      args: `--view=${view}`,
      iconPath: process.execPath,
      iconIndex: 0,
    })),
  };
  app.setJumpList([{ type: 'recent' }, tasks]);
}
