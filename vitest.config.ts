import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// Functions without state beyond their files, and networks: they share a process, which saves a fifth of their time.
// What replaces modules stays out: what is replaced is replaced in the whole process.
const engine = [
  'test/{adjust,contract,fill,find,heal,images,likelihood,operators,renderer}/**/*.test.ts',
  'test/prior/**/!(onnx-runtime).test.ts',
  'test/{restore,sampling,score-matching,tensor}/**/*.test.ts',
  'test/hosts/files/**/*.test.ts',
];
const withDoubles = ['adjust', 'layout', 'native-menus'].map((name) => `test/components/${name}.test.ts`);
const components = {
  include: ['test/components/**/*.test.ts'],
  environment: 'happy-dom',
  setupFiles: ['test/components/end-choices.ts'],
};

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
        // They share the compiled components, which halves their time.
        test: { ...components, name: 'components', exclude: withDoubles, isolate: false },
      },
      {
        extends: true,
        plugins: [svelte(), svelteTesting()],
        test: { ...components, name: 'components with doubles', include: withDoubles },
      },
    ],
  },
});
