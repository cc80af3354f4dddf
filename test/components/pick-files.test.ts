import { expect, test, vi } from 'vitest';
import { pickFiles } from '../../src-renderer/state/pick-files.ts';
import type { AppState } from '../../src-renderer/state/app-state.svelte.ts';

test('the field for files stays in the document, where nothing collects it, until people have chosen', async () => {
  const opened = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(() => undefined);
  const picked = pickFiles({ host: undefined } as unknown as AppState, 'picture');
  // The newest: tests share the document, and one that never chooses leaves its field.
  const field = [...document.querySelectorAll<HTMLInputElement>('body > input[type=file]')].at(-1)!;
  expect(opened).toHaveBeenCalledOnce();
  expect(field.isConnected).toBe(true);
  field.dispatchEvent(new Event('cancel'));
  expect(await picked).toEqual([]);
  expect(field.isConnected).toBe(false);
});
