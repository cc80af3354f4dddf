import { expect, test, vi } from 'vitest';
import { pickFiles } from '../../src-renderer/state/pick-files.ts';
import type { AppState } from '../../src-renderer/state/app-state.svelte.ts';

test('the field for files stays in the document, where nothing collects it, until people have chosen', async () => {
  const opened = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(() => undefined);
  const picked = pickFiles({ host: undefined } as unknown as AppState, 'picture');
  const field = document.querySelector<HTMLInputElement>('body > input[type=file]')!;
  expect(opened).toHaveBeenCalledOnce();
  expect(field.isConnected).toBe(true);
  field.dispatchEvent(new Event('cancel'));
  expect(await picked).toEqual([]);
  expect(field.isConnected).toBe(false);
});
