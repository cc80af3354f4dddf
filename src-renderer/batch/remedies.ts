import type { ErrorCode } from '../../src-main/errors.ts';
import type { MessageKey } from '../i18n/translate.svelte.ts';

/** What to do about failures whose messages cannot know what the window offers. */
const REMEDIES: Partial<Readonly<Record<ErrorCode, MessageKey>>> = {
  'picture-damaged': 'batch.remedy.damaged',
  'not-a-picture': 'batch.remedy.format',
  'unsupported-format': 'batch.remedy.format',
  'mask-missing': 'batch.remedy.mask',
  'mask-size': 'batch.remedy.mask',
  'picture-too-large': 'batch.remedy.large',
  'memory-limit': 'batch.remedy.large',
  'time-limit': 'batch.remedy.time',
  'output-exists': 'batch.remedy.exists',
  'name-collision': 'batch.remedy.names',
  'disk-full': 'batch.remedy.disk',
  'file-unreadable': 'batch.remedy.access',
  'file-unwritable': 'batch.remedy.access',
  'engine-crashed': 'batch.remedy.again',
};

/** Undefined where the message says all. */
export function remedyFor(code: ErrorCode): MessageKey | undefined {
  return REMEDIES[code];
}
