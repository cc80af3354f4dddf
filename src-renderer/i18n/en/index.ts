import { adjust } from './adjust.ts';
import { app } from './app.ts';
import { batch } from './batch.ts';
import { editor } from './editor.ts';
import { heal } from './heal.ts';
import { find } from './find.ts';
import { hints } from './hints.ts';
import { history } from './history.ts';
import { lab } from './lab.ts';
import { learn } from './learn.ts';
import { live } from './live.ts';
import { models } from './models.ts';
import { panel } from './panel.ts';
import { queue } from './queue.ts';
import { recipe } from './recipe.ts';
import { repair } from './repair.ts';
import { result } from './result.ts';
import { scan } from './scan.ts';
import { start } from './start.ts';

/** The message catalogue. {name} is filled in; {name|one|other} chooses by number. */
export const en = {
  ...adjust,
  ...app,
  ...batch,
  ...editor,
  ...find,
  ...heal,
  ...hints,
  ...history,
  ...lab,
  ...learn,
  ...live,
  ...models,
  ...panel,
  ...queue,
  ...recipe,
  ...repair,
  ...result,
  ...scan,
  ...start,
} as const;
export type MessageKey = keyof typeof en;
