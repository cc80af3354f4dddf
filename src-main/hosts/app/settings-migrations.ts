import { appSettingsSchema, defaultAppSettings, type AppSettings } from '../../contract/app/settings.ts';

/** Turns settings of one version into those of the next, by the version they come from. */
type Migration = (settings: Record<string, unknown>) => Record<string, unknown>;

/** To change the shape of the settings, raise `version` in the contract and add what turns the old ones into the new. */
const migrations: ReadonlyMap<number, Migration> = new Map([
  // Before there were versions: the same keys, without the number.
  [0, (settings) => ({ ...settings, version: 1 })],
]);

/**
 * Settings of any earlier version as those of today; keys that are missing get their defaults.
 * @param steps  for tests.
 * @throws ZodError for what no version of the settings is, and for a later version than this program's.
 */
export function migrateSettings(value: unknown, steps: ReadonlyMap<number, Migration> = migrations): AppSettings {
  let settings = value;
  for (;;) {
    if (!isObject(settings)) break;
    const { version = 0 } = settings;
    const step = typeof version === 'number' ? steps.get(version) : undefined;
    if (step === undefined) break;
    settings = step(settings);
  }
  return appSettingsSchema.parse(isObject(settings) ? { ...withoutVersion, ...settings } : settings);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const { version: _version, ...withoutVersion } = defaultAppSettings;
