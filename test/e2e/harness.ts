import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { CHROMIUM } from './app-page.ts';

export { AppPage, sample, ServedApp } from './app-page.ts';

/** `describe` for tests that need a browser; says so and skips where there is none. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) describe(name, tests);
  else describe.skip(`${name} (skipped: there is no Chromium at ${CHROMIUM}; set LANGEVIN_TEST_CHROMIUM)`, tests);
}
