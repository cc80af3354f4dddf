import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The file of a folder that a URL's path names; `/` is index.html. Undefined for everything else: what is not there, is
 * no file, has an ending that the renderer has none of, or leads out of the folder, also by a link.
 * @param path  the path of a URL, still encoded.
 */
export async function staticFile(folder: string, path: string): Promise<StaticFile | undefined> {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (name === '/') name = '/index.html';
  const type = types[extname(name).toLowerCase()];
  const parts = name.split('/').slice(1);
  const isOdd = parts.some((part) => part === '' || part.startsWith('.')) || /[\\\0]/.test(name);
  if (type === undefined || isOdd || !name.startsWith('/')) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(resolve(folder), ...parts));
    if (!real.startsWith(root + sep) || !(await stat(real)).isFile()) return undefined;
    return { type, bytes: new Uint8Array(await readFile(real)) };
  } catch {
    return undefined;
  }
}
