import { LangevinError } from '../errors.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';

/** Fewer colours than this make a mask or a drawing; a scan of the plainest photograph has hundreds of shades. */
const FEW_COLOURS = 17;
/** Part of neighbouring pixels that are exactly equal in screenshots; in photographs compression and grain leave less. */
const MOSTLY_EQUAL = 0.75;
/** Pixels that are looked at. */
const SAMPLES = 60_000;

/**
 * Whether damage can be looked for in a picture: the network knows photographs only.
 * @param name  for messages.
 * @returns a remark for the user about a picture that looks like a screenshot or drawing; undefined for photographs.
 * @throws nothing-to-do for one colour throughout, and for a mask or a drawing of a few colours.
 */
export function assertPhotograph({ width, height, mode, data }: Picture, name: string): string | undefined {
  const channels = channelCount(mode);
  const colours = channels < 3 ? 1 : 3;
  const step = Math.max(1, Math.floor((width * height) / SAMPLES));
  const seen = new Set<number>();
  let pairs = 0;
  let equal = 0;
  for (let pixel = 0; pixel < width * height; pixel += step) {
    const at = pixel * channels;
    let colour = 0;
    for (let c = 0; c < colours; c++) colour = colour * 65536 + data[at + c];
    if (seen.size < 4096) seen.add(colour);
    if (pixel % width === width - 1) continue;
    pairs++;
    let isEqual = true;
    for (let c = 0; c < colours; c++) isEqual &&= data[at + c] === data[at + channels + c];
    if (isEqual) equal++;
  }
  if (seen.size === 1) {
    throw new LangevinError(
      'nothing-to-do',
      `${name} is one colour throughout, so there is nothing to find in it. Check the scan.`,
    );
  }
  if (seen.size < FEW_COLOURS && width * height >= 1024) {
    throw new LangevinError(
      'nothing-to-do',
      `${name} has ${seen.size} colours, like a mask or a drawing; damage is found in photographs only. ` +
        'If it is the mask, give it with --mask.',
    );
  }
  if (equal <= MOSTLY_EQUAL * pairs) return undefined;
  return (
    `${name} looks like a screenshot or a drawing: ${Math.round((100 * equal) / pairs)} % of its pixels equal their ` +
    'neighbours. The search has learnt photographs; look at what it marks.'
  );
}
