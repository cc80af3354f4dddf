/** Width of the window, CSS pixels, below which the panel lies over the picture. */
export const NARROW = 760;
