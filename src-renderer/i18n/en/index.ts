import { app } from './app.ts';
import { batch } from './batch.ts';
import { editor } from './editor.ts';
import { heal } from './heal.ts';
import { find } from './find.ts';
import { lab } from './lab.ts';
import { learn } from './learn.ts';
import { live } from './live.ts';
import { panel } from './panel.ts';
import { repair } from './repair.ts';
import { result } from './result.ts';
import { scan } from './scan.ts';

/** The message catalogue. {name} is filled in; {name|one|other} chooses by number. */
export const en = {
  ...app,
  ...batch,
  ...editor,
  ...find,
  ...heal,
  ...lab,
  ...learn,
  ...live,
  ...panel,
  ...repair,
  ...result,
  ...scan,
} as const;
export type MessageKey = keyof typeof en;
