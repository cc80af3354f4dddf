import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { noteBundledPackages } from './packaging/bundled-packages.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/** The renderer, for Electron and the browser host alike: `vite build -c vite.renderer.config.ts`. */
export default defineConfig({
  root: at('src-renderer'),
  base: './',
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    // electron-vite does not by itself; the page begins sooner by what it need not read.
    minify: true,
    rolldownOptions: { input: { index: at('src-renderer/index.html') } },
  },
  worker: { format: 'es' },
  plugins: [svelte({ configFile: at('svelte.config.js') }), noteBundledPackages(import.meta.dirname, 'renderer')],
});
