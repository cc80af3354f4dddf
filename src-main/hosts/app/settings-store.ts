import {
  appSettingsSchema,
  defaultAppSettings,
  type AppSettings,
  type AppSettingsPatch,
} from '../../contract/app/settings.ts';
import { LangevinError } from '../../errors.ts';
import { KeptFile, readKeptFile } from './kept-file.ts';
import { migrateSettings } from './settings-migrations.ts';

/** The settings of all windows, in one JSON file. */
export class SettingsStore {
  readonly #path: string;
  readonly #file: KeptFile;
  readonly #changed: ((settings: AppSettings) => void) | undefined;
  #settings: Promise<AppSettings> | undefined;

  /** @param changed  told of every change, before it is written. */
  constructor(path: string, changed?: (settings: AppSettings) => void) {
    this.#path = path;
    this.#changed = changed;
    this.#file = new KeptFile(path);
  }

  /** Those of the file; the defaults where there is none or it is broken (it is kept as `….broken`). */
  read(): Promise<AppSettings> {
    this.#settings ??= readKeptFile(this.#path, (bytes) =>
      migrateSettings(JSON.parse(new TextDecoder().decode(bytes))),
    ).then((found) => found ?? defaultAppSettings);
    return this.#settings;
  }

  /**
   * Changes some of the settings; a key that is there and undefined goes back to its default.
   * @throws invalid-argument, file-unwritable
   */
  async change(patch: AppSettingsPatch): Promise<AppSettings> {
    const changed = appSettingsSchema.safeParse({
      ...defaultAppSettings,
      ...given({ ...(await this.read()), ...patch }),
    });
    if (!changed.success)
      throw new LangevinError('invalid-argument', `The settings are not valid: ${changed.error.message}`);
    this.#settings = Promise.resolve(changed.data);
    this.#changed?.(changed.data);
    await this.#file.write(new TextEncoder().encode(`${JSON.stringify(changed.data, undefined, 2)}\n`));
    return changed.data;
  }
}

function given(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
