import { afterEach } from 'vitest';

/**
 * Tests of components share their document. A choice of files that one of them has begun and nobody has made leaves its field
 * there, which others would find; it ends with its test.
 */
afterEach(() => {
  for (const field of document.querySelectorAll('body > input[type=file]')) field.dispatchEvent(new Event('cancel'));
});
