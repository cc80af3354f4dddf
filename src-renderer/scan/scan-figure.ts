import { blobOf } from '../history/export-comparison.ts';
import { formatNumber, t } from '../i18n/translate.svelte.ts';
import { greyOf, type Window } from './window-level.ts';

/** A picture of a figure. */
export interface FigurePicture {
  readonly name: string;
  readonly values: Float32Array;
  /** RGBA in place of the grey of the window. */
  readonly colors?: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly window: Window;
  readonly unit: string;
  /** Side of a pixel in millimetres, where it is known. */
  readonly pixelSpacing?: number | undefined;
}

/** Side of a picture in a figure, at least; pixels are enlarged by whole factors. */
const SIDE = 512;
const GAP = 16;
const CAPTION = 30;
const BAR = 44;
/** Of the picture's width: the longest scale bar. */
const SCALE_SHARE = 0.3;

/** Pictures beside one another with captions, the values of black and white, and a bar of length. */
export async function scanFigure(pictures: readonly FigurePicture[]): Promise<Blob> {
  const columns = Math.min(pictures.length, 3);
  const rows = Math.ceil(pictures.length / columns);
  const factor = Math.max(1, Math.ceil(SIDE / Math.max(...pictures.map(({ width }) => width))));
  const width = factor * Math.max(...pictures.map((picture) => picture.width));
  const height = factor * Math.max(...pictures.map((picture) => picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = columns * width + (columns + 1) * GAP;
  canvas.height = rows * (CAPTION + height + BAR) + GAP;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  pictures.forEach((picture, i) => {
    const x = GAP + (i % columns) * (width + GAP);
    const y = Math.floor(i / columns) * (CAPTION + height + BAR);
    drawPicture(context, picture, x, y + CAPTION, factor);
    context.fillStyle = '#111';
    context.font = '18px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillText(picture.name, x, y + CAPTION / 2 + 2, width);
    drawBar(context, picture, x, y + CAPTION + factor * picture.height + 8, factor * picture.width);
  });
  return blobOf(canvas, 'image/png');
}

function drawPicture(
  context: CanvasRenderingContext2D,
  picture: FigurePicture,
  x: number,
  y: number,
  factor: number,
): void {
  const { width, height, values, colors, window } = picture;
  const image = new ImageData(width, height);
  if (colors !== undefined) image.data.set(colors);
  else {
    greyOf(values, window).forEach((grey, i) => {
      image.data.fill(grey, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    });
  }
  const small = document.createElement('canvas');
  small.width = width;
  small.height = height;
  small.getContext('2d')!.putImageData(image, 0, 0);
  context.drawImage(small, x, y, factor * width, factor * height);
  drawScale(context, picture, x, y, factor);
}

/** A bar of 1, 2 or 5 × 10ⁿ millimetres or pixels, white on black edges so that it shows on everything. */
function drawScale(
  context: CanvasRenderingContext2D,
  { width, height, pixelSpacing = 1, pixelSpacing: known }: FigurePicture,
  x: number,
  y: number,
  factor: number,
): void {
  const most = SCALE_SHARE * width * pixelSpacing;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((digit) => digit * power).find((candidate) => candidate <= most) ?? power;
  const pixels = (length / pixelSpacing) * factor;
  const [left, bottom] = [x + 12, y + factor * height - 14];
  context.fillStyle = '#000';
  context.fillRect(left - 1, bottom - 1, pixels + 2, 6);
  context.fillStyle = '#fff';
  context.fillRect(left, bottom, pixels, 4);
  context.font = '14px system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.lineWidth = 3;
  context.strokeStyle = '#000';
  const text = `${formatNumber(length)} ${known === undefined ? t('scan.figure.pixels') : 'mm'}`;
  context.strokeText(text, left, bottom - 10);
  context.fillText(text, left, bottom - 10);
}

/** From black to white with the values that they stand for; blue to orange where the picture is coloured. */
function drawBar(
  context: CanvasRenderingContext2D,
  { window: { centre, width: range }, colors, unit }: FigurePicture,
  x: number,
  y: number,
  width: number,
): void {
  const gradient = context.createLinearGradient(x, 0, x + width, 0);
  const ends = colors === undefined ? ['#000', '#fff'] : ['rgb(33 80 190)', 'rgb(247 247 247)', 'rgb(190 85 10)'];
  ends.forEach((colour, i) => gradient.addColorStop(i / (ends.length - 1), colour));
  context.fillStyle = gradient;
  context.fillRect(x, y, width, 8);
  context.strokeStyle = '#888';
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, 7);
  context.fillStyle = '#111';
  context.font = '14px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const text = (value: number): string => `${formatNumber(value, { maximumSignificantDigits: 4 })} ${unit}`;
  context.textAlign = 'left';
  context.fillText(text(centre - range / 2), x, y + 22);
  context.textAlign = 'right';
  context.fillText(text(centre + range / 2), x + width, y + 22);
}
