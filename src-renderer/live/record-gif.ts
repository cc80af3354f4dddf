import type { RunFrame } from '../../src-main/contract/app/runs.ts';
import { union, type Rect } from '../canvas/geometry.ts';
import { framePixels, pixelCanvas } from './frame-pixels.ts';
import { GifFilm } from './gif-film.ts';

/** Longest side of a recording, pixels. */
const SIDE = 480;
const DELAY_MS = 80;

export interface RecordingOptions {
  readonly frames: readonly RunFrame[];
  /** What lies around and under the frames, in their coordinates; absent: nothing. */
  readonly ground?: { readonly image: CanvasImageSource; readonly rect: Rect } | undefined;
  readonly kind: 'state' | 'denoised';
  /** Called with 0…1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Kept frames as an animated GIF of the part of the picture that they cover, windows put where they belong. 256 colours
 * each; pauses between frames so that the page stays usable.
 */
export async function recordGif({ frames, ground, kind, onProgress }: RecordingOptions): Promise<Uint8Array> {
  const covered = frames.reduce<Rect | undefined>((sum, { frame }) => union(sum, frame), undefined);
  if (covered === undefined) throw new Error('A recording needs at least one frame.');
  const zoom = Math.min(1, SIDE / Math.max(covered.width, covered.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(covered.width * zoom));
  canvas.height = Math.max(1, Math.round(covered.height * zoom));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This window has no 2-D canvas to record with.');
  const draw = (image: CanvasImageSource, rect: Rect): void =>
    context.drawImage(
      image,
      (rect.x - covered.x) * zoom,
      (rect.y - covered.y) * zoom,
      rect.width * zoom,
      rect.height * zoom,
    );
  if (ground !== undefined) draw(ground.image, ground.rect);

  const film = new GifFilm(DELAY_MS);
  for (const [index, frame] of frames.entries()) {
    const image = pixelCanvas(framePixels(frame[kind]));
    if (image !== undefined) draw(image, frame.frame);
    film.add(context.getImageData(0, 0, canvas.width, canvas.height), index === frames.length - 1);
    onProgress((index + 1) / frames.length);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return film.finish();
}
