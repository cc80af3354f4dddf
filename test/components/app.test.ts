import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';

test('shows every view and changes between them', async () => {
  render(App, { client: new HostDouble() });
  for (const name of ['Restore', 'CT', 'Batch', 'Lab', 'Learn']) {
    const button = screen.getByRole('button', { name });
    await fireEvent.click(button);
    expect(button.getAttribute('aria-current')).toBe('page');
  }
});
