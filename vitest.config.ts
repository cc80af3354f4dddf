import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const engine = [
  'test/{contract,fill,heal,images,likelihood,operators,renderer,restore,sampling,score-matching,tensor}/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // onnxruntime already uses every core inside one process.
    maxWorkers: 2,
    pool: 'forks',
    // A machine that others use starves a test now and then; CI tries it once more, and says that it did.
    retry: Number(process.env['LANGEVIN_TEST_RETRIES'] ?? 0),
    projects: [
      {
        extends: true,
        // Functions without state beyond their files: they share a process, which saves a fifth of the suite's time.
        test: { name: 'engine', include: engine, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [...engine, 'test/components/**', 'test/e2e/**'],
        },
      },
      {
        extends: true,
        // Longer than a step of a journey may take, so that a failure names the step.
        test: { name: 'browser', include: ['test/e2e/**/*.test.ts'], testTimeout: 150_000 },
      },
      {
        extends: true,
        plugins: [svelte(), svelteTesting()],
        test: { name: 'components', include: ['test/components/**/*.test.ts'], environment: 'happy-dom' },
      },
    ],
  },
});
