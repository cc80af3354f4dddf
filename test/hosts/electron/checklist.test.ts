import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

describe("Electron's checklist", () => {
  it('has all items, each with files that exist', async () => {
    const rows = (await read('docs/security.md')).split('\n').filter((line) => /^\| \d+ \|/.test(line));
    expect(rows.map((row) => Number(row.split('|')[1]))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    for (const row of rows) {
      const [, , , enforced, tested] = row.split('|');
      for (const cell of [enforced, tested]) {
        const files = [...cell.matchAll(/`((?:src-main|test)\/[^`]+\.ts|electron-builder\.yml|package\.json)`/g)];
        expect(files.length, row).toBeGreaterThan(0);
        for (const [, file] of files) expect(existsSync(new URL(file, root)), file).toBe(true);
      }
    }
  });

  it('opens nothing outside of the app', async () => {
    const folder = 'src-main/hosts/electron/';
    for (const name of await readdir(new URL(folder, root))) {
      const source = await read(folder + name);
      if (name === 'show-in-folder.ts') {
        expect(source.match(/shell\.\w+/g)).toEqual(['shell.showItemInFolder']);
        continue;
      }
      expect(source, name).not.toMatch(
        /openExternal|shell\.openPath|\{[^}]*\bshell\b[^}]*\} from .electron.|@electron\/remote/,
      );
    }
  });

  it('names an exact version of Electron', async () => {
    const { devDependencies } = JSON.parse(await read('package.json')) as { devDependencies: Record<string, string> };
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('switches off what the program does not use, and packs an allow-list', async () => {
    const config = parse(await read('electron-builder.yml')) as Record<string, unknown> & { files: string[] };
    expect(config).toMatchObject({
      asar: true,
      beforeBuild: 'packaging/before-build.js',
      electronFuses: {
        runAsNode: false,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: true,
        onlyLoadAppFromAsar: true,
        grantFileProtocolExtraPrivileges: false,
      },
    });
    expect(config.files).toContain('out/main/**');
    expect(config.files).not.toContain('**/*');
    expect(config.asarUnpack).toContain('node_modules/onnxruntime-node/**');
    expect(config.extraResources).toMatchObject([{ from: 'models', to: 'models' }]);
  });
});
