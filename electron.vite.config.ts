import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { noteBundledPackages } from './packaging/bundled-packages.ts';
import { manifestHashes } from './packaging/pinned-models.ts';
import renderer from './vite.renderer.config.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Builds the desktop app: the renderer, main and preload for Electron, and what runs in utility processes of its own, each
 * with all that it imports in it: the package needs no node_modules but those with native or WebAssembly code.
 */
export default defineConfig({
  main: {
    // They lie beside app.asar, whose integrity Electron checks.
    define: { LANGEVIN_PINNED_MODELS: JSON.stringify(manifestHashes(at('models'))) },
    plugins: [noteBundledPackages(import.meta.dirname, 'main')],
    build: {
      outDir: at('out/main'),
      minify: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          index: at('src-main/hosts/electron/main.ts'),
          engine: at('src-main/hosts/engine/engine-process.ts'),
          pictures: at('src-main/hosts/app/jobs/picture-process.ts'),
          codec: at('src-main/hosts/batch/codec-process.ts'),
          healing: at('src-main/hosts/app/jobs/heal-process.ts'),
        },
        external: [/^electron($|\/)/, /^onnxruntime-node/, /^wasm-vips/],
      },
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
