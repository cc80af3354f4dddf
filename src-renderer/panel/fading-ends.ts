import type { FadingDamage } from '../../src-main/contract/damage.ts';
import type { PictureEstimates } from '../../src-main/contract/inspect.ts';

type KnownFading = Exclude<FadingDamage, 'auto'>;

/** What black and white of the scene have become, 0…255, the mean of the channels. */
export interface FadingEnds {
  readonly black: number;
  readonly white: number;
}

/** Limits of the handles: black and white never meet. */
export const FADING_LIMITS = { black: [0, 120], white: [136, 255] } as const;

/** What a hand begins with: what was estimated, or nothing faded. */
export function byHand(estimated: Pick<PictureEstimates['fading'], 'gain' | 'offset'> | undefined): KnownFading {
  const { gain, offset } = estimated ?? { gain: 1, offset: 0 };
  return { gain: copied(gain), offset: copied(offset) };
}

function copied(value: number | readonly [number, number, number]): number | [number, number, number] {
  return typeof value === 'number' ? value : [...value];
}

export function fadingEnds(fading: KnownFading): FadingEnds {
  const channels = channelsOf(fading);
  const mean = (of: (channel: FadingEnds) => number): number =>
    Math.round(channels.reduce((sum, channel) => sum + of(channel), 0) / channels.length);
  return { black: mean(({ black }) => black), white: mean(({ white }) => white) };
}

/** The fading with other ends; a tint, by which the channels differ, stays. */
export function withEnds(fading: KnownFading, ends: FadingEnds): KnownFading {
  const before = fadingEnds(fading);
  const channels = channelsOf(fading).map(({ black, white }) => {
    const low = black + ends.black - before.black;
    const high = white + ends.white - before.white;
    return { gain: rounded(Math.min(4, Math.max(0.05, (high - low) / 255))), offset: rounded(low) };
  });
  if (channels.length === 1) return channels[0];
  const [red, green, blue] = channels;
  return {
    gain: [red.gain, green.gain, blue.gain],
    offset: [red.offset, green.offset, blue.offset],
  };
}

function channelsOf({ gain, offset }: KnownFading): FadingEnds[] {
  const [gains, offsets] = [[gain].flat(), [offset].flat()];
  return Array.from({ length: Math.max(gains.length, offsets.length) }, (_, c) => {
    const black = offsets[Math.min(c, offsets.length - 1)];
    return { black, white: black + 255 * gains[Math.min(c, gains.length - 1)] };
  });
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
