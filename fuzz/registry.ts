import type { FuzzTarget } from './target.ts';
import { http } from './targets/http.ts';
import { kill } from './targets/kill.ts';
import { models } from './targets/models.ts';
import { pictures } from './targets/pictures.ts';
import { projects } from './targets/projects.ts';
import { recipes } from './targets/recipes.ts';
import { slices } from './targets/slices.ts';
import { websocket } from './targets/websocket.ts';

/** Everything that `npm run fuzz` attacks unless it is told what. */
export const targets: readonly FuzzTarget[] = [http, websocket, models, pictures, slices, projects, recipes, kill];
