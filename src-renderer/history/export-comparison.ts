import { LangevinError } from '../../src-main/errors.ts';
import { currentLanguage, t } from '../i18n/translate.svelte.ts';
import { pixelCanvas } from '../live/frame-pixels.ts';
import type { ComparedItem } from '../result/compared-items.ts';
import { cropPixels } from '../result/compare-pixels.ts';
import { scaledPixels } from '../result/scaled-pixels.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { deliverFile } from '../state/pick-files.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import { comparisonPage } from './comparison-page.ts';

export type ComparisonFormat = 'png' | 'html';

/** Pixels up to which a page holds its pictures without loss; larger ones would make it too heavy to send. */
const LOSSLESS_PIXELS = 6e6;
/** What browsers draw at most, a side and in all. */
const LARGEST_SIDE = 16_384;
const LARGEST_AREA = 200e6;
/** Of the largest side: height of a caption in the picture. */
const CAPTION = 0.03;

/** One of the pictures as it is exported: all of one size. */
interface Exported {
  readonly label: string;
  readonly pixels: Pixels;
}

/**
 * Saves what is compared: as one picture with captions, or as a page that needs nothing else and compares as the app does.
 * Pictures with fewer pixels are enlarged to the size of the largest.
 */
export async function exportComparison(
  app: AppState,
  picture: OpenPicture,
  items: readonly ComparedItem[],
  format: ComparisonFormat,
): Promise<void> {
  await app.attempt(async () => {
    const pictures = sameSize(items);
    if (pictures.length < 2) throw new LangevinError('nothing-to-do', t('history.export.nothing'));
    const stem = picture.file.name.replace(/\.[^.]+$/, '');
    const blob = format === 'png' ? await comparisonPicture(pictures) : await page(picture, pictures);
    await deliverFile(app, new File([blob], `${stem}_comparison.${format}`, { type: blob.type }));
  });
}

/** Those of the same place, at the size of the one with the most pixels. */
function sameSize(items: readonly ComparedItem[]): readonly Exported[] {
  const places = items.flatMap(({ rect, pixels }) => (rect !== undefined && pixels !== undefined ? [rect] : []));
  const place = places.toSorted((a, b) => a.width * a.height - b.width * b.height).at(0);
  if (place === undefined) return [];
  const cut = items.flatMap(({ label, pixels, rect }) => {
    if (pixels === undefined || rect === undefined) return [];
    const [x, y] = [place.x - rect.x, place.y - rect.y];
    if (x === 0 && y === 0 && rect.width === place.width && rect.height === place.height) return [{ label, pixels }];
    // A preview shows a part: of the others only that is compared.
    const isInside = x >= 0 && y >= 0 && x + place.width <= rect.width && y + place.height <= rect.height;
    return isInside && pixels.width === rect.width ? [{ label, pixels: cropPixels(pixels, { ...place, x, y }) }] : [];
  });
  const width = Math.max(...cut.map(({ pixels }) => pixels.width));
  const height = Math.max(...cut.map(({ pixels }) => pixels.height));
  return cut.flatMap(({ label, pixels }) => {
    const scaled = pixels.width === width ? pixels : scaledPixels(pixels, { width, height });
    return scaled === undefined ? [] : [{ label, pixels: scaled }];
  });
}

async function comparisonPicture(pictures: readonly Exported[]): Promise<Blob> {
  const { width, height } = pictures[0].pixels;
  const gap = Math.max(2, Math.round(0.005 * width));
  const columns = pictures.length > 4 ? 3 : Math.min(pictures.length, height > 1.5 * width ? 4 : 2);
  const rows = Math.ceil(pictures.length / columns);
  const caption = Math.max(18, Math.round(CAPTION * Math.max(width, height)));
  const full = { width: columns * width + (columns - 1) * gap, height: rows * (height + caption) + (rows - 1) * gap };
  const scale = Math.min(
    1,
    LARGEST_SIDE / Math.max(full.width, full.height),
    Math.sqrt(LARGEST_AREA / (full.width * full.height)),
  );
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(full.width * scale);
  canvas.height = Math.round(full.height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new LangevinError('picture-too-large', t('result.copy.tooLarge'));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = '#111';
  context.font = `${Math.round(0.62 * caption)}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  pictures.forEach(({ label, pixels }, index) => {
    const x = (index % columns) * (width + gap);
    const y = Math.floor(index / columns) * (height + caption + gap);
    context.fillText(label, x + 0.3 * caption, y + caption / 2, width - 0.6 * caption);
    const image = pixelCanvas(pixels);
    if (image !== undefined) context.drawImage(image, x, y + caption);
  });
  return blobOf(canvas, 'image/png');
}

async function page(picture: OpenPicture, pictures: readonly Exported[]): Promise<Blob> {
  const { width, height } = pictures[0].pixels;
  const type = width * height <= LOSSLESS_PIXELS ? 'image/png' : 'image/webp';
  const images = await Promise.all(
    pictures.map(async ({ label, pixels }) => {
      const canvas = pixelCanvas(pixels);
      if (canvas === undefined) throw new LangevinError('picture-too-large', t('result.copy.tooLarge'));
      return { label, address: await addressOf(await blobOf(canvas, type)) };
    }),
  );
  const texts = {
    title: picture.file.name,
    split: t('result.layout.split'),
    sideBySide: t('result.layout.side-by-side'),
    blink: t('result.layout.blink'),
    fit: t('action.zoom-fit'),
    border: t('result.split'),
    hint: t('history.page.hint'),
    left: t('history.page.left'),
    right: t('history.page.right'),
    quality: t(type === 'image/png' ? 'history.page.lossless' : 'history.page.lossy', { width, height }),
  };
  return new Blob([comparisonPage(currentLanguage(), texts, images, { width, height })], { type: 'text/html' });
}

export async function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, 0.95));
  if (blob === null) throw new LangevinError('picture-too-large', t('result.copy.tooLarge'));
  return blob;
}

function addressOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new LangevinError('file-unreadable', t('result.copy.tooLarge')));
    reader.readAsDataURL(blob);
  });
}
