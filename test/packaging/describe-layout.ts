import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { beforeAll, expect, it } from 'vitest';
import { madeFor, nativeFiles, VC_RUNTIME } from '../../packaging/native-files.js';
import { repository, type Layout, type Packed } from './pack.ts';

/** Without Electron, in bytes; of it the networks. */
const MOST_BYTES = 115e6;
const MOST_MODEL_BYTES = 31e6;

/** What app.asar may contain. */
const ALLOWED = [
  /^package\.json$/,
  /^out\/licences\.txt$/,
  /^out\/main\/(index|engine|pictures|healing|codec)\.js$/,
  /^out\/main\/chunks\/[\w.-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/(index\.html|assets\/[\w.-]+\.(js|css|png|webp|svg|wasm|woff2))$/,
  /^node_modules\/onnxruntime-(node|common)\/package\.json$/,
  /^node_modules\/onnxruntime-node\/dist\/\w+\.js$/,
  /^node_modules\/onnxruntime-common\/dist\/cjs\/([\w-]+\.js|package\.json)$/,
  /^node_modules\/onnxruntime-node\/bin\/napi-v6\/(linux|win32|darwin)\/(x64|arm64)\/[\w.-]+$/,
  /^node_modules\/wasm-vips\/(package\.json|lib\/vips-node\.mjs|lib\/vips\.wasm)$/,
  /^node_modules\/@tensorflow\/tfjs-backend-wasm\/(package\.json|dist\/[\w-]+\.wasm)$/,
];

async function filesIn(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
}

const sum = (files: readonly { bytes: number }[]): number => files.reduce((total, { bytes }) => total + bytes, 0);

/** What every package must be. @param find  the package, once it has been put together. */
export function describeLayout(layout: Layout, find: () => Packed): void {
  let packed: Packed;
  beforeAll(() => {
    packed = find();
  });

  it('has in app.asar what the program needs and nothing else', async () => {
    const asar = join(packed.resources, 'app.asar');
    const folders = new Set<string>();
    const listed = listPackage(asar, { isPack: false }).map((path) => path.slice(1).replaceAll('\\', '/'));
    for (const path of listed)
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
        folders.add(path.slice(0, end));
    const files = listed.filter((path) => !folders.has(path));
    expect(files.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const needed of [
      'out/main/index.js',
      'out/main/engine.js',
      'out/main/pictures.js',
      'out/main/healing.js',
      'out/main/codec.js',
      'out/preload/index.cjs',
      'out/renderer/index.html',
      'out/licences.txt',
    ]) {
      expect(files).toContain(needed);
    }
    expect(JSON.parse(extractFile(asar, 'package.json').toString())).toMatchObject({
      main: 'out/main/index.js',
      productName: 'Langevin',
    });
  });

  it('has the native files of its system, and only of it', async () => {
    const unpacked = join(packed.resources, 'app.asar.unpacked');
    for (const file of nativeFiles(layout.platform, layout.arch))
      expect(existsSync(join(unpacked, file)), file).toBe(true);
    const made = await Promise.all((await filesIn(unpacked)).map(async ({ path }) => madeFor(path)));
    const found = made.filter((name) => name !== undefined);
    expect(new Set(found)).toEqual(new Set([`${layout.platform}-${layout.arch}`]));
    expect(found.length).toBeGreaterThanOrEqual(layout.platform === 'win32' ? 5 + VC_RUNTIME.length : 2);
  });

  it(`takes at most ${MOST_BYTES / 1e6} MB without Electron, of it ${MOST_MODEL_BYTES / 1e6} MB of networks`, async () => {
    const parts = ['app.asar', 'app.asar.unpacked', 'models'].map((name) => join(packed.resources, name));
    const files = [{ path: parts[0], bytes: (await stat(parts[0])).size }, ...(await filesIn(parts[1]))];
    const models = await filesIn(parts[2]);
    console.log(
      `${layout.platform} ${layout.arch}: ${((sum(files) + sum(models)) / 1e6).toFixed(1)} MB without Electron, of it networks ${(sum(models) / 1e6).toFixed(1)} MB`,
    );
    expect(sum(files) + sum(models)).toBeLessThanOrEqual(MOST_BYTES);
    expect(sum(models)).toBeLessThanOrEqual(MOST_MODEL_BYTES);
    expect(models.map(({ path }) => path.slice(parts[2].length + 1)).sort()).toContain(join('photo', 'manifest.json'));
  });

  it('has the fuses that switch off what it does not use', async () => {
    const bytes = await readFile(packed.fused, 'latin1');
    const at = bytes.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
    expect(at).toBeGreaterThan(-1);
    // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect | asar integrity, only asar | snapshot, file:, wasm traps
    expect(bytes.slice(at + 34, at + 43)).toBe('000011001');
  });

  it('knows what app.asar must be where Electron checks it', async () => {
    if (layout.platform === 'linux') return;
    const where = layout.platform === 'win32' ? packed.program : join(packed.folder, 'Contents', 'Info.plist');
    const bytes = await readFile(where, 'latin1');
    expect(bytes).toMatch(
      layout.platform === 'win32'
        ? /"file":"resources\\\\app\.asar","alg":"SHA256"/
        : /<key>Resources\/app\.asar<\/key>/,
    );
  });

  it('has the licences of all it contains', async () => {
    const licences = extractFile(join(packed.resources, 'app.asar'), 'out/licences.txt').toString();
    const noted = await Promise.all(
      ['main', 'renderer'].map((name) => readFile(join(repository, 'out', 'packages', `${name}.json`), 'utf8')),
    );
    const names = noted
      .flatMap((text) => JSON.parse(text) as string[])
      .map((path) => path.split('node_modules/').at(-1));
    for (const name of [...names, 'onnxruntime-node', 'wasm-vips']) expect(licences).toContain(`\n${name} `);
    // In the distribution for macOS they lie beside the app, from where electron-builder takes them out of the ZIP file only.
    if (layout.platform === 'darwin') return;
    expect(existsSync(join(packed.folder, 'LICENSE.electron.txt'))).toBe(true);
    expect(existsSync(join(packed.folder, 'LICENSES.chromium.html'))).toBe(true);
  });

  it("keeps Chromium's words in the languages of the program only", async () => {
    const names =
      layout.platform === 'darwin' ? await readdir(packed.resources) : await readdir(join(packed.folder, 'locales'));
    expect(
      names
        .filter((name) => /\.(pak|lproj)$/.test(name))
        .map((name) => name.replace(/\..*/, '').slice(0, 2))
        .sort(),
    ).toEqual(['de', 'en']);
  });
}
