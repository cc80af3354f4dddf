import { LangevinError } from '../errors.ts';
import { colourChannels, readTensor, writePainted } from '../restore/picture-tensor.ts';
import { smoothStart } from '../restore/pyramid.ts';
import { planWindows, type Rect, type Window } from '../restore/region.ts';
import { readSamplesAt, writeSamplesAt, type HealedPicture, type Part, type Samples } from './healed-picture.ts';
import { forRuns, markSpans, type Spans } from './spans.ts';

/** Known surroundings that a fill reads on each side of the painted pixels. */
const CONTEXT = 64;
/** Largest window that is filled at once, pixels. */
const MAX_WINDOW_AREA = 512 * 512;

/**
 * Fills a stroke from what lies around it on the healed picture, without a network.
 * @param id  layer that the stroke replaces; it is not looked at.
 * @param avoid  pixels that are damaged too: neither filled nor copied from.
 * @returns colour samples in the order of the spans.
 * @throws mask-size when the stroke leaves the picture; nothing-to-do when it leaves nothing to fill from.
 */
export function fillStroke(healed: HealedPicture, id: string, spans: Spans, avoid: Spans | undefined): Samples {
  const { width, height, mode, bitDepth } = healed.original;
  const { rect } = spans;
  if (rect.x + rect.width > width || rect.y + rect.height > height) {
    throw new LangevinError('mask-size', `The stroke leaves the picture of ${width} × ${height} pixels.`);
  }
  if (spans.count === width * height) {
    throw new LangevinError(
      'nothing-to-do',
      'The stroke covers the whole picture, so there is nothing to heal it from. Paint over less.',
    );
  }
  const colours = colourChannels(healed.original);
  const samples = bitDepth === 8 ? new Uint8Array(spans.count * colours) : new Uint16Array(spans.count * colours);
  const done: Rect[] = [];
  for (const { frame, core } of windowsOf(spans, width, height)) {
    const { picture } = healed.part(frame, id);
    const mask = markSpans(spans, frame);
    const unknown = avoid === undefined ? mask.slice() : markSpans(avoid, frame, mask.slice());
    for (const filled of done) takeOver({ rect: frame, picture }, unknown, spans, samples, filled);
    const inside = { x: 0, y: 0, width: frame.width, height: frame.height };
    const { x } = readTensor(picture, unknown, inside, 1, mode.startsWith('gray') ? 1 : 3);
    writePainted(picture, picture.data, unknown, inside, inside, smoothStart(x, unknown));
    writeSamplesAt({ rect: frame, picture }, spans, core, samples);
    done.push(core);
  }
  return samples;
}

/** What an earlier window has filled is known to the later ones, so that no seam is left between them. */
function takeOver({ rect, picture }: Part, unknown: Uint8Array, spans: Spans, samples: Samples, core: Rect): void {
  const filled = intersection(rect, core);
  if (filled === undefined) return;
  readSamplesAt({ rect, picture }, spans, filled, samples);
  forRuns(spans, filled, (y, x, length) => {
    const at = (y - rect.y) * rect.width + x - rect.x;
    unknown.fill(0, at, at + length);
  });
}

/** Windows round the stroke, in the picture. */
function windowsOf({ rect, ...spans }: Spans, width: number, height: number): Window[] {
  const x = Math.max(0, rect.x - CONTEXT);
  const y = Math.max(0, rect.y - CONTEXT);
  const outer = {
    x,
    y,
    width: Math.min(width, rect.x + rect.width + CONTEXT) - x,
    height: Math.min(height, rect.y + rect.height + CONTEXT) - y,
  };
  const options = { context: CONTEXT, stride: 1, maxArea: MAX_WINDOW_AREA };
  const moved = (inner: Rect): Rect => ({ ...inner, x: inner.x + x, y: inner.y + y });
  return planWindows(markSpans({ rect, ...spans }, outer), outer.width, outer.height, options).map(
    ({ frame, core }) => ({ frame: moved(frame), core: moved(core) }),
  );
}

function intersection(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
