import type { OverlayStyle } from './overlay.ts';

/** What the editor remembers between sessions. */
export interface EditorSettings {
  readonly brush: BrushSettings;
  readonly wand: WandSettings;
  /** Whether lasso, polygon and ellipse have smooth edges. */
  readonly smoothEdges: boolean;
  /** Pixels by which grow and shrink move the mask's edge. */
  readonly growRadius: number;
  /** Standard deviation of feather, in pixels. */
  readonly featherSigma: number;
  readonly overlay: OverlayStyle & { readonly visible: boolean };
}

export interface BrushSettings {
  /** Diameter in pixels of the picture. */
  readonly size: number;
  /** 0 (soft) … 1 (hard). */
  readonly hardness: number;
  /** Whether a pen's pressure narrows the brush. */
  readonly pressure: boolean;
}

export interface WandSettings {
  /** Largest difference per channel, 0 … 255. */
  readonly tolerance: number;
  readonly contiguous: boolean;
}

export const defaultSettings: EditorSettings = {
  brush: { size: 24, hardness: 1, pressure: true },
  wand: { tolerance: 24, contiguous: true },
  smoothEdges: true,
  growRadius: 2,
  featherSigma: 2,
  overlay: { color: [235, 64, 52], opacity: 0.5, visible: true },
};

/** Ranges of the numeric settings, for sliders; `clampSettings` enforces them. */
export const settingLimits = {
  brushSize: [1, 1000],
  hardness: [0, 1],
  tolerance: [0, 255],
  growRadius: [1, 200],
  featherSigma: [0.5, 100],
  opacity: [0.05, 1],
} as const satisfies Record<string, readonly [least: number, greatest: number]>;

/** The settings with every number inside its limits; what is not a number becomes the default. */
export function clampSettings(settings: EditorSettings): EditorSettings {
  const { brush, wand, overlay } = settings;
  const standard = defaultSettings;
  return {
    ...settings,
    brush: {
      ...brush,
      size: Math.round(within(settingLimits.brushSize, brush.size, standard.brush.size)),
      hardness: within(settingLimits.hardness, brush.hardness, standard.brush.hardness),
    },
    wand: { ...wand, tolerance: within(settingLimits.tolerance, wand.tolerance, standard.wand.tolerance) },
    growRadius: within(settingLimits.growRadius, settings.growRadius, standard.growRadius),
    featherSigma: within(settingLimits.featherSigma, settings.featherSigma, standard.featherSigma),
    overlay: { ...overlay, opacity: within(settingLimits.opacity, overlay.opacity, standard.overlay.opacity) },
  };
}

/** The next brush size in a direction: steps of about 15 %, at least a pixel, the same ones up and down. */
export function nextBrushSize(size: number, direction: 1 | -1): number {
  const [least, greatest] = settingLimits.brushSize;
  if (direction > 0) return brushSizes.find((step) => step > size) ?? greatest;
  return brushSizes.findLast((step) => step < size) ?? least;
}

const brushSizes = brushSteps();

function brushSteps(): number[] {
  const [least, greatest] = settingLimits.brushSize;
  const steps: number[] = [];
  for (let size: number = least; size < greatest; size = Math.max(size + 1, Math.round(size * 1.15))) steps.push(size);
  return [...steps, greatest];
}

function within([least, greatest]: readonly [number, number], value: number, standard: number): number {
  return Number.isFinite(value) ? Math.min(greatest, Math.max(least, value)) : standard;
}
