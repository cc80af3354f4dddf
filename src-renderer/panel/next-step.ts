import type { ErrorCode } from '../../src-main/errors.ts';
import type { MessageKey } from '../i18n/translate.svelte.ts';

const NEXT_STEPS: Readonly<Partial<Record<ErrorCode, MessageKey>>> = {
  'engine-crashed': 'panel.next.engine-crashed',
  'connection-lost': 'panel.next.connection-lost',
  'provider-unavailable': 'panel.next.provider',
  'model-not-found': 'panel.next.model',
  'model-corrupt': 'panel.next.model',
  'unsupported-combination': 'panel.next.combination',
  'mask-missing': 'panel.obstacle.mask',
  'picture-too-large': 'panel.next.too-large',
  'disk-full': 'panel.next.disk-full',
};

/** What people can do after a run failed. */
export function nextStep(code: ErrorCode): MessageKey {
  return NEXT_STEPS[code] ?? 'panel.next.other';
}
