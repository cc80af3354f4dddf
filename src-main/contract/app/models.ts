import { z } from 'zod';
import { idSchema, modelNameSchema } from './values.ts';

/** The models of a host, for people who look after them. */
export const modelRequests = {
  installedModels: z.strictObject({}),
  /** Loads a model and tries it: files, sizes, values, gradients. */
  checkModel: z.strictObject({ model: modelNameSchema }),
  /** A model folder that was uploaded or chosen; it is checked before it gets its name. */
  importModel: z.strictObject({ folder: idSchema, replace: z.boolean().default(false) }),
  /** Only those that the user has imported. */
  removeModel: z.strictObject({ model: modelNameSchema }),
} as const;

export interface InstalledModel {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  /** What it is for: restoring grey or colour pictures, or finding damage. */
  readonly use: 'grey' | 'colour' | 'damage' | 'unknown';
  readonly origin: 'shipped' | 'user';
  /** Of the files of its network. */
  readonly bytes: number;
  /** Its card, in Markdown. */
  readonly card?: string;
  /** Why it cannot be used. */
  readonly problem?: string;
}

export interface ModelCheck {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly check: string;
    readonly level: 'ok' | 'warning' | 'error';
    readonly message: string;
  }[];
}
