import { createHash } from 'node:crypto';
import type { BatchRequest, BatchSettings } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';

/**
 * What decides the bytes of the outputs, flat: restore options, network, mask policy, encoding, names. Paths are left
 * out, so that the same batch can go on from another mount point; masks are compared file by file instead.
 * @param digests  of further files that matter, such as the network, by what they are.
 */
export function batchSettings(request: BatchRequest, digests: Readonly<Record<string, string>>): BatchSettings {
  const { options, model, format, quality, bits, template, mask, recipe } = request;
  const settings: Readonly<Record<string, unknown>> = {
    ...options,
    ...digests,
    recipe: recipe?.name,
    recipeText: recipe,
    model,
    format,
    quality,
    bits,
    template,
    mask: mask.kind,
    maskColor: mask.kind === 'color' ? `#${Buffer.from(mask.color).toString('hex')}` : undefined,
    maskTolerance: mask.kind === 'color' ? mask.tolerance : undefined,
    findSensitivity: mask.kind === 'auto' ? mask.find.sensitivity : undefined,
    findKinds: mask.kind === 'auto' ? [...mask.find.kinds].sort().join(',') : undefined,
    findMinSize: mask.kind === 'auto' ? mask.find.minSize : undefined,
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, plain(value)] as const),
  );
}

function plain(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'object' ? JSON.stringify(sorted(value)) : String(value);
}

/** The same whatever the order of its keys. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** Equal for equal settings, whatever their order. */
export function settingsHash(settings: BatchSettings): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** The error that says which settings an earlier run had otherwise. */
export function settingsDiffer(earlier: BatchSettings, now: BatchSettings): LangevinError {
  const names = [...new Set([...Object.keys(earlier), ...Object.keys(now)])].sort();
  const differences = names
    .filter((name) => earlier[name] !== now[name])
    .map((name) => `${name} was ${show(earlier[name])} and is now ${show(now[name])}`);
  return new LangevinError(
    'settings-differ',
    `The batch in this output folder was started with other settings: ${differences.join('; ')}. Repeat those, choose ` +
      'another output folder, or mix the settings on purpose (--mix-settings).',
  );
}

function show(value: string | number | boolean | undefined): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
