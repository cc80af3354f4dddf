/** Values that are shown from black to white: `centre` ± `width`/2. */
export interface Window {
  readonly centre: number;
  /** > 0. */
  readonly width: number;
}

/** Usual windows of CT slices in Hounsfield units. */
export const WINDOW_PRESETS = {
  'soft-tissue': { centre: 40, width: 400 },
  bone: { centre: 400, width: 1800 },
  lung: { centre: -600, width: 1500 },
  brain: { centre: 40, width: 80 },
  whole: { centre: 488, width: 3024 },
} as const satisfies Record<string, Window>;
export type WindowPreset = keyof typeof WINDOW_PRESETS;
export const WINDOW_PRESET_NAMES = Object.keys(WINDOW_PRESETS) as WindowPreset[];

/** The preset that a window is, if it is one. */
export function presetOfWindow({ centre, width }: Window): WindowPreset | undefined {
  return WINDOW_PRESET_NAMES.find(
    (name) => WINDOW_PRESETS[name].centre === centre && WINDOW_PRESETS[name].width === width,
  );
}

/** In whatever unit; narrower ones cannot be told from a single value. */
const NARROWEST = 1e-6;

/**
 * The window after a drag of (dx, dy) CSS pixels: right widens it, up raises its centre, as radiology viewers do. Speed
 * follows the width, so that a narrow window can be set finely.
 */
export function draggedWindow({ centre, width }: Window, dx: number, dy: number): Window {
  const dragged = Math.max(NARROWEST, width * Math.exp(dx / 150));
  return { centre: rounded(centre - (dy * width) / 300, width), width: rounded(dragged, dragged) };
}

/** To about a thousandth of the width: numbers that people can read. */
function rounded(value: number, width: number): number {
  const unit = 10 ** Math.floor(Math.log10(width) - 2);
  const steps = Math.round(value / unit);
  // Dividing by the reciprocal keeps 0.1 from becoming 0.1000000001.
  return unit < 1 ? steps / Math.round(1 / unit) : steps * unit;
}

/** Grey values, 0…255, of numbers in a window; what is not a number is black. */
export function greyOf(values: Float32Array, { centre, width }: Window): Uint8ClampedArray {
  const out = new Uint8ClampedArray(values.length);
  const [gain, offset] = [255 / width, 255 * (0.5 - centre / width)];
  for (let i = 0; i < out.length; i++) out[i] = gain * values[i] + offset;
  return out;
}
