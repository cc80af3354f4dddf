import type { AppCall } from '../../contract/app/calls.ts';

/** The requests by name, without their schemas: the preload exposes one function for each and needs no more. */
export const CALL_NAMES = [
  'hello',
  'chooseFiles',
  'addFile',
  'recentFiles',
  'openRecent',
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
  'forgetResult',
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
] as const satisfies readonly AppCall[];

/** Channels between main and preload. */
export const CHANNELS = {
  /** Followed by the name of the request. */
  call: 'langevin:call:',
  /** A path that a drop has given the preload. */
  addPath: 'langevin:add-path',
  event: 'langevin:event',
  /** Brings the port that frames come through. */
  frames: 'langevin:frames',
} as const;
