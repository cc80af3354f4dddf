import type { BlurDamage, Damage, FadingDamage, NoiseDamage } from '../../contract/damage.ts';

/** The parts of `--damage` in the order in which they happen; masks are files and read apart. */
export const PARTS = ['blur', 'scale', 'grey', 'fading', 'noise', 'jpeg'] as const satisfies readonly (keyof Damage)[];
export type DamagePart = (typeof PARTS)[number];

interface PartForm {
  /** As the list of all parts shows it. */
  readonly form: string;
  /** What it may be, after "NAME is". */
  readonly allowed: string;
  /** The value as the schema checks it; undefined where the text is nothing of the kind. */
  readonly read: (text: string | undefined) => unknown;
}

/** How each part is written. */
export const PART_FORMS: Readonly<Record<DamagePart, PartForm>> = {
  blur: {
    form: 'blur=PIXELS|motion:LENGTH@ANGLE|disk:RADIUS|file:KERNEL',
    allowed:
      'a standard deviation in pixels above 0, up to 50 (blur=1.2), motion:LENGTH@ANGLE in pixels above 1, up to ' +
      '300, and degrees (blur=motion:12@30), disk:RADIUS from 0.5 to 100 (blur=disk:3) or file:KERNEL.png',
    read: (text) =>
      kinds(text, {
        motion: (value) => ({ kind: 'motion', ...pair(value, '@', 'length', 'angle') }),
        disk: (value) => ({ kind: 'disk', radius: number(value) }),
      }) ?? number(text),
  },
  scale: {
    form: 'scale=2|3|4',
    allowed: 'how many times larger the picture was: scale=2, 3 or 4',
    read: number,
  },
  grey: { form: 'grey', allowed: 'a word by itself: grey', read: (text) => text === undefined || undefined },
  fading: {
    form: 'fading=auto|GAIN+OFFSET',
    allowed:
      'auto, from the histogram, or GAIN+OFFSET with what is seen = gain·picture + offset on 0…255, a gain from 0.05 to 4, ' +
      'one of each or one a channel (fading=0.7+20, fading=0.8/0.7/0.6+10/20/30)',
    read: (text) => autoOr(text, fading),
  },
  noise: {
    form: 'noise=0…255|auto|poisson:SLOPE+SIGMA|grain:SIGMA@SIZE',
    allowed:
      'a standard deviation from 0 to 255 (noise=10), auto, poisson:SLOPE+SIGMA with the variance slope·signal + sigma² ' +
      '(noise=poisson:0.5+2), grain:SIGMA@SIZE with the size in pixels (noise=grain:12@1.2), or poisson or grain alone, estimated',
    read: (text) =>
      kinds(text, {
        poisson: (value) => ({ kind: 'poisson', ...(isAuto(value) ? {} : pair(value, '+', 'slope', 'sigma')) }),
        grain: (value) => ({ kind: 'grain', ...(isAuto(value) ? {} : pair(value, '@', 'sigma', 'size')) }),
      }) ?? autoOr(text, number),
  },
  jpeg: {
    form: 'jpeg=1…100|auto',
    allowed: "a quality from 1 to 100, or auto for the file's own: jpeg=40",
    read: (text) => autoOr(text, number),
  },
};

/** The chain as `--damage` takes it; the mask and the kernel are files of their own. */
export function damageText(damage: Damage): string {
  return PARTS.flatMap((part) => {
    const value = damage[part];
    if (value === undefined) return [];
    return value === true ? [part] : [`${part}=${valueText(value)}`];
  }).join(',');
}

function valueText(value: BlurDamage | FadingDamage | NoiseDamage | NonNullable<Damage['jpeg']>): string {
  if (typeof value !== 'object') return String(value);
  if (!('kind' in value)) return `${[value.gain].flat().join('/')}+${[value.offset].flat().join('/')}`;
  switch (value.kind) {
    case 'motion':
      return `motion:${value.length}@${value.angle}`;
    case 'disk':
      return `disk:${value.radius}`;
    case 'file':
      return 'file:KERNEL.png';
    case 'poisson':
      return value.slope === undefined ? 'poisson' : `poisson:${value.slope}+${value.sigma}`;
    case 'grain':
      return value.sigma === undefined ? 'grain' : `grain:${value.sigma}@${value.size}`;
  }
}

function number(text: string | undefined): number {
  return Number(text || NaN);
}

function isAuto(text: string | undefined): boolean {
  return text === undefined || text === 'auto';
}

function autoOr(text: string | undefined, read: (text: string | undefined) => unknown): unknown {
  return text === 'auto' ? 'auto' : read(text);
}

/** "KIND" or "KIND:VALUE" by the reader of its kind. */
function kinds(
  text: string | undefined,
  readers: Readonly<Record<string, (value: string | undefined) => unknown>>,
): unknown {
  const [kind, ...rest] = (text ?? '').split(':');
  return Object.hasOwn(readers, kind) ? readers[kind](rest.length === 0 ? undefined : rest.join(':')) : undefined;
}

/** "A@B" → numbers by name; NaN, which no schema takes, where one is missing. */
function pair(text: string | undefined, between: string, first: string, second: string): Record<string, number> {
  const [a, b, ...more] = (text ?? '').split(between);
  return { [first]: number(a), [second]: more.length > 0 ? NaN : number(b) };
}

function fading(text: string | undefined): unknown {
  const [gains, offsets, ...more] = (text ?? '').split('+');
  const values = (part: string | undefined): unknown => {
    const numbers = (part ?? '').split('/').map(number);
    return numbers.length === 1 ? numbers[0] : numbers;
  };
  return more.length > 0 ? undefined : { gain: values(gains), offset: values(offsets) };
}
