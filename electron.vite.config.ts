import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import renderer from './vite.renderer.config.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Builds the desktop app: main and preload for Electron, and the renderer. What runs in Node.js processes of its own
 * (engine, codec) is built by tsc into out/node.
 */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      rolldownOptions: { input: { index: at('src-main/hosts/electron/main.ts') } },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      // A sandboxed preload is one CommonJS file with everything in it.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
});
