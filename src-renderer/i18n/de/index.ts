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

import type { MessageKey } from '../en/index.ts';

/** The message catalogue in German. */
export const de: Record<MessageKey, string> = {
  ...app,
  ...batch,
  ...editor,
  ...heal,
  ...find,
  ...lab,
  ...learn,
  ...live,
  ...panel,
  ...repair,
  ...result,
  ...scan,
};
