import { z } from 'zod';
import { idSchema, modelNameSchema, type Id } from './values.ts';

/** The models of a host, for people who look after them. */
export const modelRequests = {
  installedModels: z.strictObject({}),
  /** Loads a model and tries it: files, sizes, values, gradients. */
  checkModel: z.strictObject({ model: modelNameSchema }),
  /**
   * A folder that was uploaded or chosen: a model with its manifest, an exported pipeline, or one ONNX file, which is then called
   * after the folder. It is checked before it gets its name; what is found is told as `model-finding` while it goes on.
   */
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

export interface ModelFinding {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'error';
  readonly message: string;
}

export interface ModelCheck {
  readonly ok: boolean;
  readonly findings: readonly ModelFinding[];
}

export interface ImportedModel extends ModelCheck {
  /** The model's. */
  readonly name: string;
}

/** What an import has found so far of the network in a folder. */
export interface ModelNews {
  readonly type: 'model-finding';
  readonly folder: Id;
  readonly finding: ModelFinding;
}
