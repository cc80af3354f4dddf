import type { AppCall } from '../../contract/app/calls.ts';

/** The requests by name, without their schemas: the preload exposes one function for each and needs no more. */
export const CALL_NAMES = [
  'hello',
  'chooseFiles',
  'addFile',
  'recentFiles',
  'openRecent',
  'clearRecent',
  'showInFolder',
  'saveFile',
  'forgetFile',
  'readPicture',
  'readMask',
  'saveMask',
  'readScan',
  'simulateScan',
  'models',
  'choices',
  'planRun',
  'startRun',
  'cancelRun',
  'readRun',
  'runs',
  'acknowledgeFrame',
  'readResult',
  'saveResult',
  'reuseResult',
  'dragResult',
  'forgetResult',
  'openHealing',
  'healStroke',
  'varyStroke',
  'arrangeHealing',
  'refineStroke',
  'cancelRefining',
  'watchHealing',
  'saveHealed',
  'composeResult',
  'startFind',
  'cancelFind',
  'startLab',
  'cancelLab',
  'labs',
  'forgetLab',
  'settings',
  'changeSettings',
  'session',
  'saveSession',
  'chooseFolder',
  'folders',
  'createFolder',
  'addToFolder',
  'planBatch',
  'startBatch',
  'pauseBatch',
  'cancelBatch',
  'readBatch',
  'batches',
  'openBatchOutput',
  'openBatchInput',
  'doctor',
  'about',
] as const satisfies readonly AppCall[];

/** Requests whose answers are pictures. */
export const PICTURE_CALLS: ReadonlySet<AppCall> = new Set(['readPicture', 'readResult']);

/** Channels between main and preload. */
export const CHANNELS = {
  /** Followed by the name of the request. */
  call: 'langevin:call:',
  /** A path that a drop has given the preload. */
  addPath: 'langevin:add-path',
  event: 'langevin:event',
  /** Brings a port that the pixels of one picture come through, with its number. */
  pixels: 'langevin:pixels',
  /** Brings the port that frames come through. */
  frames: 'langevin:frames',
} as const;
