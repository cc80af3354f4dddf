export const ASPECTS = ['free', 'original', '1:1', '3:2', '4:3', '16:9'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Width to height that a crop keeps; undefined: any. Upright pictures are cropped upright. */
export function ratioOf(aspect: Aspect, { width, height }: { width: number; height: number }): number | undefined {
  if (aspect === 'free') return undefined;
  if (aspect === 'original') return width / height;
  const [long, short] = aspect.split(':').map(Number);
  return width >= height ? long / short : short / long;
}
