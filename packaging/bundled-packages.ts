import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * Notes in out/packages/NAME.json which npm packages a bundle contains code of, by the path of their folders, for the
 * licences that go with it.
 * @param root  folder of the repository
 */
export function noteBundledPackages(root: string, name: string): Plugin {
  return {
    name: 'note-bundled-packages',
    writeBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.type === 'chunk' ? chunk.moduleIds : chunk.originalFileNames) {
          const folder = PACKAGE.exec(id.replaceAll('\\', '/'))?.[1];
          if (folder !== undefined) folders.add(relative(root, folder.replace(/^\0/, '')).replaceAll('\\', '/'));
        }
      }
      mkdirSync(join(root, 'out', 'packages'), { recursive: true });
      writeFileSync(join(root, 'out', 'packages', `${name}.json`), JSON.stringify([...folders].sort(), null, 2));
    },
  };
}
