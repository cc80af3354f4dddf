import { z } from 'zod';
import { HEAL_KINDS } from './healing.ts';
import { PROVIDERS, OUTPUT_FORMATS } from '../jobs.ts';
import { restoreOptionsSchema, TASKS } from '../restore-options.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export const LANGUAGES = ['system', 'en', 'de'] as const;
export const LAYOUTS = ['split', 'side-by-side', 'blink', 'after', 'difference'] as const;

/** What the mask editor remembers; limits are those of `settingLimits` of the editor. */
const editorSettingsSchema = z.strictObject({
  brush: z.strictObject({ size: z.number(), hardness: z.number(), pressure: z.boolean() }),
  wand: z.strictObject({ tolerance: z.number(), contiguous: z.boolean() }),
  smoothEdges: z.boolean(),
  growRadius: z.number(),
  featherSigma: z.number(),
  overlay: z.strictObject({
    color: z.tuple([z.number(), z.number(), z.number()]),
    opacity: z.number(),
    visible: z.boolean(),
    /** Absent: plain. */
    pattern: z.enum(['plain', 'stripes']).optional(),
  }),
});

/** Everything that is remembered between sessions. `version` counts the shapes it has had; hosts migrate older ones. */
export const appSettingsSchema = z.strictObject({
  version: z.literal(1),
  theme: z.enum(THEMES),
  language: z.enum(LANGUAGES),
  reducedMotion: z.enum(['system', 'always']),
  /** Absent: the editor's own defaults. */
  editor: editorSettingsSchema.optional(),
  /** Of the healing brush. Absent: automatic, refined. */
  heal: z.strictObject({ fill: z.enum(HEAL_KINDS), refine: z.boolean() }).optional(),
  provider: z.enum(PROVIDERS),
  threads: z.int().min(1).max(256).optional(),
  /** Options of each task that differ from its defaults. */
  options: z.partialRecord(z.enum(TASKS), restoreOptionsSchema.omit({ task: true }).partial()),
  models: z.partialRecord(z.enum(TASKS), z.string().min(1)),
  compare: z.enum(LAYOUTS),
  /** Of the window. Absent: as usual. */
  layout: z
    .strictObject({
      /** Width of the panel at the side, CSS pixels. */
      panel: z.int().min(240).max(720),
      isPanelOpen: z.boolean(),
      /** Whether the results of a picture are shown below it. */
      isHistoryOpen: z.boolean(),
      /** Whether small pictures of what is open are shown. */
      isFilmOpen: z.boolean(),
      batch: z.enum(['grid', 'list']),
    })
    .optional(),
  save: z.strictObject({
    format: z.enum(['original', ...OUTPUT_FORMATS]),
    quality: z.int().min(1).max(100),
    metadata: z.enum(['keep', 'none']),
  }),
  /** Notify when a run ends while the window is in the background. */
  notifications: z.boolean(),
  /** Look for newer versions once a day; only the desktop app. Otherwise nothing asks the network. */
  checkForUpdates: z.boolean(),
});
export type AppSettings = z.infer<typeof appSettingsSchema>;

/** The window where nothing was changed about it. */
export const usualLayout: NonNullable<AppSettings['layout']> = {
  panel: 320,
  isPanelOpen: true,
  isHistoryOpen: true,
  isFilmOpen: false,
  batch: 'grid',
};

export const appSettingsPatchSchema = appSettingsSchema.omit({ version: true }).partial();
export type AppSettingsPatch = z.infer<typeof appSettingsPatchSchema>;

export const defaultAppSettings: AppSettings = {
  version: 1,
  theme: 'system',
  language: 'system',
  reducedMotion: 'system',
  provider: 'auto',
  options: {},
  models: {},
  compare: 'split',
  save: { format: 'original', quality: 92, metadata: 'keep' },
  notifications: true,
  checkForUpdates: false,
};
