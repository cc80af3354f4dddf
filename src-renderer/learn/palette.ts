export type Rgb = readonly [red: number, green: number, blue: number];

const NAMES = {
  ground: '--surface-sunken',
  line: '--line-strong',
  ink: '--ink',
  density: '--accent',
  points: '--series-2',
  prior: '--series-1',
  likelihood: '--series-2',
  posterior: '--series-3',
} as const;
export type Palette = Readonly<Record<keyof typeof NAMES, Rgb>>;

/** The colours of the theme in use, as numbers for a canvas. */
export function readPalette(element: HTMLElement): Palette {
  const kept = element.style.color;
  const read = (name: string): Rgb => {
    // Custom properties come back unresolved; a property that uses them does not.
    element.style.color = `var(${name})`;
    const [r = 128, g = 128, b = 128] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b];
  };
  const palette = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)])) as Palette;
  element.style.color = kept;
  return palette;
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}
