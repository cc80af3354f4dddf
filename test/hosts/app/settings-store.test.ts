import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultAppSettings } from '../../../src-main/contract/app/settings.ts';
import { migrateSettings } from '../../../src-main/hosts/app/settings-migrations.ts';
import { SettingsStore } from '../../../src-main/hosts/app/settings-store.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-settings-'));
  path = join(folder, 'deep', 'settings.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('settings', () => {
  it('are the defaults before there are any, and are remembered', async () => {
    expect(await new SettingsStore(path).read()).toEqual(defaultAppSettings);
    const changed = await new SettingsStore(path).change({ theme: 'dark', threads: 3 });
    expect(changed).toEqual({ ...defaultAppSettings, theme: 'dark', threads: 3 });
    expect(await new SettingsStore(path).read()).toEqual(changed);
  });

  it('go back to their default when they are set to nothing', async () => {
    const store = new SettingsStore(path);
    await store.change({ theme: 'dark', threads: 3 });
    const patch = { theme: undefined, threads: undefined } as unknown as Parameters<SettingsStore['change']>[0];
    expect(await store.change(patch)).toEqual(defaultAppSettings);
  });

  it('keep the last of many changes at once, and leave no other file', async () => {
    const store = new SettingsStore(path);
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.change({ threads: i + 1 })));
    const kept = JSON.parse(await readFile(path, 'utf8')) as { threads: number };
    expect(kept.threads).toBe((await store.read()).threads);
    expect(await readdir(join(folder, 'deep'))).toEqual(['settings.json']);
  });

  it('fall back to the defaults when the file is broken, and keep it', async () => {
    await new SettingsStore(path).change({ theme: 'dark' });
    for (const broken of ['{ "theme": ', '[]', '{"version": 1, "theme": "pink"}', '{"version": 99}']) {
      await writeFile(path, broken);
      expect(await new SettingsStore(path).read()).toEqual(defaultAppSettings);
      expect(await readFile(`${path}.broken`, 'utf8')).toBe(broken);
    }
  });

  it('of earlier versions are brought up to date step by step', () => {
    expect(migrateSettings({ theme: 'dark' })).toEqual({ ...defaultAppSettings, theme: 'dark' });
    const steps = new Map([
      [-1, ({ dark, ...rest }: Record<string, unknown>) => ({ ...rest, theme: dark ? 'dark' : 'light', version: 0 })],
      [0, (settings: Record<string, unknown>) => ({ ...settings, version: 1 })],
    ]);
    expect(migrateSettings({ version: -1, dark: true }, steps)).toEqual({ ...defaultAppSettings, theme: 'dark' });
    expect(() => migrateSettings({ theme: 'dark', unknown: 1 })).toThrow();
  });
});
